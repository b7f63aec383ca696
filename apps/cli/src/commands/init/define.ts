import type { Command } from 'commander';
import { oneOf, wholeNumber } from '../../option.ts';
import { createOutput } from '../../terminal/output.ts';
import { UsageError } from '../../usage-error.ts';
import type { InitOptions } from './draft.ts';

const epilogue = `
  kindling init --from patients.csv --target outcome
  kindling init my-digits --from digits -o my-digits.json
  kindling init --from patients.csv -o - | kindling train -
  kindling init                    prompts on a terminal

Columns, task, loss, last layer, normalization, batch size and epochs follow
from the file; the command prints the reasons. A .mjs or .ts file has them as
comments; JSON has no comments. Only --force overwrites an existing file.`;

/** Reads sizes separated by commas. */
function sizes(text: string): readonly number[] {
  const size = wholeNumber('--hidden', 1);
  if (text === '') throw new UsageError('--hidden: expected sizes such as 32,16, got nothing');
  return text.split(',').map((word) => size(word.trim()));
}

export function defineInit(program: Command): void {
  program
    .command('init')
    .description('write an experiment file, for a CSV file or from a built-in experiment')
    .argument('[name]', 'name of the experiment')
    .option('--from <source>', 'a CSV file, or a built-in experiment to copy')
    .option('--target <column>', 'name of the column to predict (default: the last)')
    .option(
      '--task <task>',
      'kind of target: classes, binary (0 or 1) or number (default: from its values)',
      oneOf('--task', ['classes', 'binary', 'number']),
    )
    .option('--hidden <sizes>', 'sizes of the hidden layers, such as 32,16', sizes)
    .option('--epochs <n>', 'number of passes over the training data', wholeNumber('--epochs', 1))
    .option('-o, --output <file>', 'a .mjs, .ts or .json file, or - for stdout (default: <name>.mjs)')
    .option('--force', 'overwrite an existing file')
    .option('--json', 'print JSON: the file, the document and the reasons')
    .addHelpText('after', epilogue)
    .action(async (name: string | undefined, options: InitOptions & { readonly json?: boolean }) => {
      const { init } = await import('./init.ts');
      await init(name, options, createOutput(options));
    });
}
