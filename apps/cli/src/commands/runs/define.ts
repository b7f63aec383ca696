import type { Command } from 'commander';
import { collect, oneOf } from '../../option.ts';
import { createOutput } from '../../terminal/output.ts';
import type { LogExportOptions } from './export/export.ts';
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
such as optimizer.lr. Conditions are = != < <= > >= and ~ (contains).`;

const compareEpilogue = `
  kindling runs compare xor xor-2 xor-3
  kindling runs compare runs/sweep-*

Shows the settings that differ, and of each metric the newest and the best value
of the whole run, the best of the runs marked. Runs of programs of their own are
compared by the config of createRun.`;

const exportEpilogue = `
  kindling runs export mnist --format csv > mnist.csv
  kindling runs export mnist --format tensorboard -o tb/mnist
  tensorboard --logdir tb

csv has a row a step: step,epoch,loss,lr, then each further metric by its name.
jsonl has a flat object a step and an epoch. tensorboard has scalars by step
(loss, lr, further metrics), by epoch (train/loss, validation/loss), pictures and
histograms, in a folder. Steps that a resumed run took again are there once. What
is no earlier export is not overwritten.`;

const removeEpilogue = `
  kindling runs rm xor-2 xor-3
  kindling runs list --json --filter state=failed | jq -r .name |
    xargs kindling runs rm --yes

Only runs directly in runs/ (or the folder of --runs) are removed. A run that is
being trained is not removed; kindling runs stop stops it.`;

const stopEpilogue = `
The process that trains the run, on this machine or on one that shares the
folder, saves a checkpoint and exits with code 143. kindling train --resume
continues the run. A loop of one's own with createRun ends it where
run.stopRequested is true.`;

const runArgument = 'the folder of a run, or a name: the newest run of that name in runs/';

export function defineRuns(program: Command): void {
  const runs = program.command('runs').description('list, show, compare, export, stop and remove runs');

  runs
    .command('list')
    .description('list the runs in a folder, newest first')
    .argument('[folder]', 'folder of runs', 'runs')
    .option(
      '--filter <condition>',
      'show only the runs that match, such as state=completed (repeatable)',
      collect,
    )
    .option('--sort <key>', 'sort by a key such as validation.loss, in ascending order')
    .option('--reverse', 'reverse the order')
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
    .command('export')
    .description('write the log of a run for other programs')
    .argument('<run>', runArgument)
    .requiredOption(
      '--format <format>',
      'csv, jsonl or tensorboard',
      oneOf('--format', ['csv', 'jsonl', 'tensorboard']),
    )
    .option('-o, --output <path>', 'a file, for tensorboard a folder (default: stdout)')
    .option('--json', 'print JSON')
    .addHelpText('after', exportEpilogue)
    .action(async (run: string, options: Options & LogExportOptions) => {
      const { runsExport } = await import('./export/export.ts');
      process.exitCode = await runsExport(run, options, createOutput(options));
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
    .option('--runs <folder>', 'folder of runs; nothing outside it is removed', 'runs')
    .option('--yes', 'do not ask for confirmation')
    .option('--json', 'print JSON lines')
    .addHelpText('after', removeEpilogue)
    .action(async (references: readonly string[], options: Options & RemoveOptions) => {
      const { runsRemove } = await import('./remove.ts');
      await runsRemove(references, options, createOutput(options));
    });
}
