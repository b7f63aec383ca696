import type { Command } from 'commander';
import { oneOf, repeated, wholeNumber } from '../../option.ts';
import { createOutput } from '../../terminal/output.ts';
import type { PredictOptions } from './predict.ts';

const epilogue = `
  kindling predict xor --row 0,1
  kindling predict mnist --index 42
                                   an image of the test set
  kindling predict mnist digit.png a picture: PNG, PGM, or IDX with --index
  kindling predict diabetes patients.csv --json
                                   a line of JSON for each row

A picture is brought into the form of MNIST's digits: white on black, 28 x 28,
scaled and centred.`;

export function definePredict(program: Command): void {
  program
    .command('predict')
    .description('ask a trained model about a row, a CSV file, a picture or a test sample')
    .argument('<run>', "a run's folder, or its name: then the newest of that name in runs/")
    .argument('[file]', 'a CSV file of rows, or a picture')
    .option('--row <numbers>', 'the inputs, with commas between them (repeatable)', repeated)
    .option('--index <n>', 'a sample of the held-back data, counted from 0', wholeNumber('--index', 0))
    .option(
      '--checkpoint <which>',
      'best or last (default: best, where there is one)',
      oneOf('--checkpoint', ['best', 'last']),
    )
    .option('--device <device>', 'cpu, cuda, cuda:1, tfjs, or auto')
    .option('--json', 'print JSON lines')
    .addHelpText('after', epilogue)
    .action(
      async (
        run: string,
        file: string | undefined,
        options: PredictOptions & { readonly json?: boolean },
      ) => {
        const { predict } = await import('./predict.ts');
        await predict(run, file, options, createOutput(options));
      },
    );
}
