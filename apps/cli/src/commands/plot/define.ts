import type { Command } from 'commander';
import { chartNames } from '../../charts/chart-names.ts';
import { collect, oneOf, wholeNumber } from '../../option.ts';
import { createOutput } from '../../terminal/output.ts';
import { UsageError } from '../../usage-error.ts';
import type { PlotOptions } from './plot.ts';

const epilogue = `
  kindling plot mnist
  kindling plot mnist mnist-2 --metric loss --log-y --x relative
  kindling plot 'xor*' -o xor.svg --smoothing 0.99
  kindling plot mnist --chart confusion -o confusion.png --theme dark

Without -o the chart is drawn in the terminal. Several runs are compared in one
chart; a pattern in quotes stands for the runs in runs/ that it matches. Charts:

  curves               metrics over steps, epochs or time, a panel a metric
  dots                 each value of the loss, or of another metric, as a dot
  scatter              target and prediction
  confusion            the confusion matrix
  scores               the outputs for one row of the predictions (--index)
  boundary             where a classifier of two inputs decides how
  gradient-norms       the length of each parameter's gradient
  histogram            a distribution that was logged
  histogram-over-time  how it moved
  images               images with labels and predictions
  images-over-time     how they changed, a row a step
  filters              kernels of a convolution (--metric filters/3)
  feature-maps         outputs of a convolution for an image
  model                the layers, with output shapes and parameters

A PNG needs packages that are installed beside kindling:
  npm install @resvg/resvg-js @expo-google-fonts/nanum-gothic`;

function smoothing(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= 0 && value < 1) return value;
  throw new UsageError(`--smoothing: expected a number in [0, 1), got ${JSON.stringify(text)}`);
}

export function definePlot(program: Command): void {
  program
    .command('plot')
    .description('draw what runs have logged: in the terminal, or as SVG, PNG or HTML')
    .argument('<run...>', 'folders of runs, their names, or patterns of them')
    .option(
      '--chart <name>',
      `one of ${chartNames.join(', ')} (default: the first that the runs have data for)`,
      oneOf('--chart', chartNames),
    )
    .option('-o, --output <file>', 'a .svg, .png or .html file; an existing file is replaced')
    .option('--metric <name>', 'a metric, or a name of a sample, to draw (repeatable; default: all)', collect)
    .option(
      '--x <axis>',
      'step, epoch, relative or wall',
      oneOf('--x', ['step', 'epoch', 'relative', 'wall']),
    )
    .option('--log-y', 'logarithmic y axes')
    .option(
      '--smoothing <weight>',
      'weight of a moving average, in [0, 1) (default: 0.9 for at least 40 noisy steps, else 0)',
      smoothing,
    )
    .option('--index <n>', 'row of the predictions, for scores (default: 0)', wholeNumber('--index', 0))
    .option(
      '--theme <name>',
      'light, dark or high-contrast (default: light in files, dark in the terminal)',
      oneOf('--theme', ['light', 'dark', 'high-contrast']),
    )
    .option('--json', 'print the columns of the chart as JSON lines; with -o, what was written')
    .addHelpText('after', epilogue)
    .action(async (runs: readonly string[], options: PlotOptions & { readonly json?: boolean }) => {
      const { plot } = await import('./plot.ts');
      await plot(runs, options, createOutput(options));
    });
}
