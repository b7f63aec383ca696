import type { Command } from 'commander';
import { createOutput } from '../../terminal/output.ts';

interface Options {
  readonly json?: boolean;
}

export function defineRuns(program: Command): void {
  const runs = program.command('runs').description('list and show runs');

  runs
    .command('list')
    .description('list the runs of a folder, the newest first')
    .argument('[folder]', 'folder of runs', 'runs')
    .option('--json', 'print JSON lines')
    .action(async (folder: string, options: Options) => {
      const { runsList } = await import('./list.ts');
      await runsList(folder, createOutput(options));
    });

  runs
    .command('show')
    .description('show a run: its settings, results and loss curve')
    .argument('<run>', "a run's folder, or its name: then the newest of that name in runs/")
    .option('--json', 'print the events of the run as JSON lines')
    .action(async (run: string, options: Options) => {
      const { runsShow } = await import('./show.ts');
      await runsShow(run, createOutput(options));
    });
}
