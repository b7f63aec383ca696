import type { Command } from 'commander';
import { repeated } from '../../option.ts';
import { createOutput } from '../../terminal/output.ts';
import type { ListOptions } from './list.ts';
import type { RemoveOptions } from './remove.ts';
import type { StopOptions } from './stop.ts';

interface Options {
  readonly json?: boolean;
}

const listEpilogue = `
  kindling runs list --sort validation.accuracy --reverse
  kindling runs list --filter state=completed --filter 'validation.loss<0.1'
  kindling runs list --filter 'optimizer.lr>=0.01' --filter name~mnist

A key is name, state, experiment, device, parameters, epoch, epochs, step,
started, seconds, reason or best; a metric such as validation.loss; or a setting
such as optimizer.lr. Conditions are = != < <= > >= and ~ (holds the text).`;

const compareEpilogue = `
  kindling runs compare xor xor-2 xor-3
  kindling runs compare runs/sweep-*

Shows the settings that differ, and of each metric the newest and the best value
of the whole run, the best of the runs marked. Runs of programs of their own are
compared by the config of createRun.`;

const removeEpilogue = `
  kindling runs rm xor-2 xor-3
  kindling runs list --json --filter state=failed | jq -r .name |
    xargs kindling runs rm --yes

A run is a folder directly in runs/ (--runs names another folder); nothing else
is removed. A run that is being trained stays: kindling runs stop ends it.`;

const stopEpilogue = `
The process that trains the run, started anywhere on this machine or on one that
shares the folder, saves a checkpoint and ends with exit code 143. kindling
train --resume continues the run. A program with a loop of
its own and createRun ends it where run.stopRequested is true.`;

const runArgument = "a run's folder, or its name: then the newest of that name in runs/";

export function defineRuns(program: Command): void {
  const runs = program.command('runs').description('list, show, compare, stop and remove runs');

  runs
    .command('list')
    .description('list the runs of a folder, the newest first')
    .argument('[folder]', 'folder of runs', 'runs')
    .option(
      '--filter <condition>',
      'show the runs that meet it, such as state=completed (repeatable)',
      repeated,
    )
    .option('--sort <key>', 'sort by a key, such as validation.loss, the least first')
    .option('--reverse', 'turn the order around')
    .option('--json', 'print JSON lines')
    .addHelpText('after', listEpilogue)
    .action(async (folder: string, options: Options & ListOptions) => {
      const { runsList } = await import('./list.ts');
      await runsList(folder, options, createOutput(options));
    });

  runs
    .command('show')
    .description('show a run: its settings, results and loss curve')
    .argument('<run>', runArgument)
    .option('--json', 'print the events of the run as JSON lines')
    .action(async (run: string, options: Options) => {
      const { runsShow } = await import('./show.ts');
      await runsShow(run, createOutput(options));
    });

  runs
    .command('compare')
    .description('compare runs: the settings that differ, and their metrics')
    .argument('<run...>', 'names of runs in runs/, or their folders')
    .option('--json', 'print JSON lines')
    .addHelpText('after', compareEpilogue)
    .action(async (references: readonly string[], options: Options) => {
      const { runsCompare } = await import('./compare/compare.ts');
      runsCompare(references, createOutput(options));
    });

  runs
    .command('stop')
    .description('stop a run that is being trained, after a checkpoint')
    .argument('<run>', runArgument)
    .option('--no-wait', 'do not wait until it has stopped')
    .option('--json', 'print JSON lines')
    .addHelpText('after', stopEpilogue)
    .action(async (run: string, options: Options & StopOptions) => {
      const { runsStop } = await import('./stop.ts');
      process.exitCode = await runsStop(run, options, createOutput(options));
    });

  runs
    .command('rm')
    .description('remove runs with all their files')
    .argument('<run...>', 'names of runs, or their folders')
    .option('--runs <folder>', 'folder of runs, outside of which nothing is removed', 'runs')
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON lines')
    .addHelpText('after', removeEpilogue)
    .action(async (references: readonly string[], options: Options & RemoveOptions) => {
      const { runsRemove } = await import('./remove.ts');
      await runsRemove(references, options, createOutput(options));
    });
}
