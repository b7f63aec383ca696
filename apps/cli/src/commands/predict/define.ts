import type { Command } from 'commander';
import { collect, oneOf, processesOption, wholeNumber } from '../../option.ts';
import { createOutput } from '../../terminal/output.ts';
import type { PredictOptions } from './predict.ts';

const epilogue = `
  kindling predict xor --row 0,1
  kindling predict mnist --index 42
                                   an image of the test set
  kindling predict mnist digit.png an image: PNG, PGM, or IDX with --index
  kindling predict hihello --text hihell
                                   what a model of texts gives for one
  kindling predict diabetes patients.csv --json
                                   a line of JSON for each row

An image is converted to the form of MNIST's digits: white on black, 28 x 28,
scaled and centered. For a model of images in color it is a PNG file of their
size.`;

export function definePredict(program: Command): void {
  program
    .command('predict')
    .description('predict the output for a row, a CSV file, an image or a test sample')
    .argument('<run>', 'the folder of a run, or a name: the newest run of that name in runs/')
    .argument('[file]', 'a CSV file of rows, or an image')
    .option('--row <numbers>', 'input values, separated by commas (repeatable)', collect)
    .option('--text <text>', 'a text as long as the windows of a model of texts (repeatable)', collect)
    .option('--index <n>', 'index of a test sample, from 0', wholeNumber('--index', 0))
    .option(
      '--checkpoint <which>',
      'best or last (default: best, if there is one)',
      oneOf('--checkpoint', ['best', 'last']),
    )
    .option('--device <device>', 'cpu, cuda, cuda:1, tfjs, or auto')
    .addOption(processesOption('predict'))
    .option('--json', 'print JSON lines')
    .addHelpText('after', epilogue)
    .action(
      async (
        run: string,
        file: string | undefined,
        options: PredictOptions & { readonly json?: boolean },
      ) => {
        const { predict } = await import('./predict.ts');
        process.exitCode = await predict(run, file, options, createOutput(options));
      },
    );
}
