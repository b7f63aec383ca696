import { type Command, Option } from 'commander';
import { collect } from '../../option.ts';
import { createOutput } from '../../terminal/output.ts';
import type { CheckOptions } from './check.ts';

interface Options {
  readonly json?: boolean;
}

const showEpilogue = `
  kindling experiment show mnist
  kindling experiment show mnist --keys
                                   every key that --set takes, with its default
  kindling experiment show mnist --model
                                   its layers, with shapes and parameters
  kindling experiment show xor --json | jq .document > my.json`;

const checkEpilogue = `
  kindling experiment check my-experiment.json
  ls *.json | xargs kindling experiment check --json
  jq '.optimizer.lr = 0.1' my.json | kindling experiment check -

Lists every problem with its place in the file. Data is not loaded; kindling
train --dry-run checks it too. The exit code is 2 if there are problems.`;

export function defineExperiment(program: Command): void {
  const experiment = program.command('experiment').description('list, show and check experiments');

  experiment
    .command('list')
    .description('list the built-in experiments with their variants, and sweeps with their axes')
    .option('--json', 'print JSON lines')
    .action(async (options: Options) => {
      const { experimentList } = await import('./list.ts');
      await experimentList(createOutput(options));
    });

  experiment
    .command('show')
    .description('print an experiment with every default filled in')
    .argument('<experiment>', 'a built-in experiment, a file, or - for stdin')
    .option('--variant <name>', 'a variant defined in the experiment')
    .option('--set <path=value>', 'override a setting (repeatable)', collect)
    .option('--keys', 'print every key that --set takes, with its type, default and value')
    .addOption(
      new Option('--model', 'draw the layers of the model, with output shapes and parameters').conflicts(
        'keys',
      ),
    )
    .option('--json', 'print JSON: the document, the keys, and under --model its columns')
    .addHelpText('after', showEpilogue)
    .action(async (name: string, options: ShowArguments) => {
      const { experimentShow } = await import('./show.ts');
      await experimentShow(name, options, createOutput(options));
    });

  experiment
    .command('check')
    .description('check experiment files, and list every problem')
    .argument('<file...>', 'experiment files, built-in experiments, or - for stdin')
    .option('--variant <name>', 'check one variant (default: all of them)')
    .option('--set <path=value>', 'override a setting (repeatable)', collect)
    .option('--json', 'print JSON lines: problems with their places')
    .addHelpText('after', checkEpilogue)
    .action(async (files: readonly string[], options: CheckOptions & Options) => {
      const { experimentCheck } = await import('./check.ts');
      process.exitCode = await experimentCheck(files, options, createOutput(options));
    });
}

interface ShowArguments extends Options {
  readonly variant?: string;
  readonly set?: readonly string[];
  readonly keys?: boolean;
  readonly model?: boolean;
}
