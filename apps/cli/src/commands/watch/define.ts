import type { Command } from 'commander';
import { progressViews } from '../../live/progress-view.ts';
import { oneOf } from '../../option.ts';
import { createOutput } from '../../terminal/output.ts';
import type { WatchOptions } from './watch.ts';

const epilogue = `
  kindling watch
  kindling watch runs/mnist-2
  kindling watch mnist --json | jq -r 'select(.type == "epoch") | .validation.loss'

Follows the log of a run that any process writes, kindling train or a program
with createRun, until the run ends, and then shows its results. Ctrl-C ends the
watching alone. Exit codes: 0 the run has completed or was stopped, 1 it has
failed or its process is gone, 5 it has diverged.`;

export function defineWatch(program: Command): void {
  program
    .command('watch')
    .description('follow a run that is being trained')
    .argument('[run]', "a run's folder, or its name (default: the newest that is being trained in runs/)")
    .option(
      '--progress <view>',
      'chart, bar, plain (lines) or none (default: chart on a terminal, else plain)',
      oneOf('--progress', progressViews),
    )
    .option('--json', 'print the events of the run as JSON lines, from its beginning')
    .addHelpText('after', epilogue)
    .action(async (run: string | undefined, options: WatchOptions & { readonly json?: boolean }) => {
      const { watch } = await import('./watch.ts');
      process.exitCode = await watch(run, options, createOutput(options));
    });
}
