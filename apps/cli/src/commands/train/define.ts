import type { Command } from 'commander';
import { repeated, wholeNumber } from '../../option.ts';
import { createOutput } from '../../terminal/output.ts';
import type { TrainOptions } from './train.ts';

const epilogue = `
Built-in experiments: xor, xor-wide-deep, diabetes, diabetes-deep,
weight-height, weight-height-numpy, mnist, mnist-single, digits.

  kindling train xor
  kindling train mnist --epochs 3 --set optimizer.lr=0.002
  kindling train mnist-single --variant all
  kindling train my-experiment.json --json > events.jsonl
  kindling train mnist --resume    goes on where the newest run was stopped
  kindling train --resume --run-dir runs/mnist-2

Ctrl-C ends a training after a checkpoint, from which --resume goes on; a second
one ends it at once. A run that is resumed keeps the changes it began with.`;

export function defineTrain(program: Command): void {
  program
    .command('train')
    .description('train a model, from an experiment file or a built-in experiment')
    .argument('[experiment]', 'a .json, .mjs or .ts file, or a built-in experiment')
    .option('--variant <name>', 'one of the variants that the experiment names')
    .option('--set <path=value>', 'change the experiment, as in optimizer.lr=0.01 (repeatable)', repeated)
    .option('--device <device>', 'cpu, cuda, cuda:1, tfjs, or auto')
    .option('--seed <n>', 'seed of everything that is drawn', wholeNumber('--seed', 0))
    .option('--epochs <n>', 'how often to go through the training samples', wholeNumber('--epochs', 1))
    .option('--log-every <n>', 'steps from one step event to the next', wholeNumber('--log-every', 1))
    .option('--run-dir <folder>', 'where to keep the run (default: runs/<name>, then runs/<name>-2, …)')
    .option(
      '--resume',
      'go on with the newest run of that name, or with the one in --run-dir, which needs no experiment',
    )
    .option('--dry-run', 'check everything, show the experiment and its model, train nothing')
    .option('--json', 'print the events of the run as JSON lines')
    .addHelpText('after', epilogue)
    .action(async (experiment: string | undefined, options: TrainOptions & { readonly json?: boolean }) => {
      const { train } = await import('./train.ts');
      process.exitCode = await train(experiment, options, createOutput(options));
    });
}
