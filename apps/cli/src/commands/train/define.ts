import type { Command } from 'commander';
import { progressViews } from '../../live/progress-view.ts';
import { collect, oneOf, processesOption, wholeNumber } from '../../option.ts';
import { createOutput } from '../../terminal/output.ts';
import type { TrainOptions } from './train.ts';

const epilogue = `
Built-in experiments: xor, xor-wide-deep, diabetes, diabetes-deep,
weight-height, weight-height-numpy, digits, mnist, mnist-single, mnist-cnn,
mnist-lenet, mnist-resnet, hihello, sentence, lstm, gru, attention, gan-1010,
gan-mnist, dcgan-mnist.

  kindling train xor
  kindling train mnist --epochs 3 --set optimizer.lr=0.002
  kindling train mnist-single --variant all
  kindling train my-experiment.json --json > events.jsonl
  kindling train mnist --resume    resume the newest run
  kindling train --resume --run-dir runs/mnist-2
  jq '.epochs = 3' my.json | kindling train -

Ctrl-C saves a checkpoint and stops; --resume continues from it. A second Ctrl-C
quits at once. A resumed run keeps its original overrides.`;

export function defineTrain(program: Command): void {
  program
    .command('train')
    .description('train a model from an experiment file or a built-in experiment')
    .argument('[experiment]', 'a .json, .mjs or .ts file, a built-in experiment, or - for stdin')
    .option('--variant <name>', 'a variant defined in the experiment')
    .option('--set <path=value>', 'override a setting, such as optimizer.lr=0.01 (repeatable)', collect)
    .option('--device <device>', 'cpu, cuda, cuda:1, tfjs, or auto')
    .option('--seed <n>', 'random seed', wholeNumber('--seed', 0))
    .option('--epochs <n>', 'number of passes over the training data', wholeNumber('--epochs', 1))
    .option('--log-every <n>', 'steps between step events', wholeNumber('--log-every', 1))
    .option('--run-dir <folder>', 'folder of the run (default: runs/<name>, then runs/<name>-2, …)')
    .option(
      '--resume',
      'resume the newest run of the experiment, or the run in --run-dir (then without an experiment)',
    )
    .addOption(processesOption('train', 'batchSize is that of all of them'))
    .option('--dry-run', 'check and print the experiment and its model without training')
    .option(
      '--progress <view>',
      'chart, bar, plain (lines) or none (default: chart on a terminal, else plain)',
      oneOf('--progress', progressViews),
    )
    .option('--json', 'print the events of the run as JSON lines')
    .addHelpText('after', epilogue)
    .action(async (experiment: string | undefined, options: TrainOptions & { readonly json?: boolean }) => {
      const { train } = await import('./train.ts');
      process.exitCode = await train(experiment, options, createOutput(options));
    });
}
