import type { Command } from 'commander';
import { collect, wholeNumber } from '../../option.ts';
import { createOutput } from '../../terminal/output.ts';
import type { SweepCommandOptions } from './sweep.ts';

const epilogue = `
Built-in sweeps: diabetes-homework.

  kindling sweep xor --set optimizer.lr=0.1,1,10 --set seed=1..3
  kindling sweep mnist --set 'optimizer.lr=log(1e-4,1e-1)' --trials 12 --jobs 2
  kindling sweep mnist-single --set 'variant=choice(mse,bce,all)'
  kindling sweep diabetes-homework --dry-run

Values of an axis:
  0.1,0.01            these values
  1..5                integers, both ends included
  choice(relu,tanh)   these values
  uniform(0,0.5)      any number between the two
  log(1e-4,1e-1)      any number between the two, its logarithm uniform

One value (--set epochs=5) is a change to every trial. Without log, uniform and
--trials, every combination is a trial; with them, trials are drawn by --seed.
A sweep whose folder exists resumes where it was stopped. Ctrl-C saves
checkpoints and stops.`;

export function defineSweep(program: Command): void {
  program
    .command('sweep')
    .description('train an experiment many times, with other settings each')
    .argument('<experiment>', 'a sweep or an experiment: a file, a built-in name, or - for stdin')
    .option('--variant <name>', 'a variant defined in the experiment')
    .option('--set <path=values>', 'settings to try, such as optimizer.lr=0.1,0.01 (repeatable)', collect)
    .option('--trials <n>', 'draw this many trials at random', wholeNumber('--trials', 1))
    .option('--jobs <n>', 'processes that train at the same time (default: 1)', wholeNumber('--jobs', 1))
    .option(
      '--seed <n>',
      "seed of the drawing, and of the trials: the first gets n, the next n + 1, … (default: the experiment's)",
      wholeNumber('--seed', 0),
    )
    .option('--prune', 'stop trials that are worse than the median of the others')
    .option('--device <device>', 'cpu, cuda, cuda:1, tfjs, or auto')
    .option('--epochs <n>', 'number of passes over the training data', wholeNumber('--epochs', 1))
    .option('--run-dir <folder>', 'folder of the sweep (default: sweeps/<name>)')
    .option('--queue <url>', 'train by workers on other machines: redis://host:6379, see kindling worker')
    .option('--dry-run', 'check and list the trials without training')
    .option('--json', 'print a JSON line a trial, and one of the sweep')
    .addHelpText('after', epilogue)
    .action(async (reference: string, options: SweepCommandOptions & { readonly json?: boolean }) => {
      const { sweep } = await import('./sweep.ts');
      process.exitCode = await sweep(reference, options, createOutput(options));
    });
}
