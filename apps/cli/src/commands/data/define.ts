import type { Command } from 'commander';
import { createOutput } from '../../terminal/output.ts';

interface Options {
  readonly json?: boolean;
}

const checkEpilogue = `
  kindling data check patients.csv --target outcome
  kindling data check diabetes --json

Lists the columns and problems for training: missing values, constant and
duplicate columns, duplicate rows, imbalanced classes. The exit code is 3 for a
file that cannot be read or trained on, and 0 if there are only warnings.`;

const epilogue = `
Files are read from, and downloaded to, the folder in KINDLING_DATA_DIR (default:
kindling in the platform's cache folder, shown by kindling doctor). Mirrors are
tried in order, KINDLING_MIRROR first.`;

export function defineData(program: Command): void {
  const data = program
    .command('data')
    .description('list, download, inspect and check datasets')
    .addHelpText('after', epilogue);

  data
    .command('list')
    .description('list datasets and whether their files are present')
    .option('--json', 'print JSON lines')
    .action(async (options: Options) => {
      const { dataList } = await import('./list.ts');
      await dataList(createOutput(options));
    });

  data
    .command('download')
    .description('download datasets')
    .argument('<name...>', 'names of datasets (see kindling data list)')
    .option('--json', 'print JSON lines')
    .action(async (names: readonly string[], options: Options) => {
      const { dataDownload } = await import('./download.ts');
      await dataDownload(names, createOutput(options));
    });

  data
    .command('info')
    .description('show the contents of a dataset and check its files')
    .argument('<name>', 'name of a dataset, or a CSV file')
    .option('--json', 'print JSON lines')
    .action(async (name: string, options: Options) => {
      const { dataInfo } = await import('./info.ts');
      await dataInfo(name, createOutput(options));
    });

  data
    .command('check')
    .description('describe a CSV file or a dataset, and list problems for training')
    .argument('<name>', 'a CSV file, or the name of a dataset')
    .option('--target <column>', 'name of the column to predict (default: the last)')
    .option('--json', 'print JSON lines')
    .addHelpText('after', checkEpilogue)
    .action(async (name: string, options: Options & { readonly target?: string }) => {
      const { dataCheck } = await import('./check.ts');
      process.exitCode = await dataCheck(name, options, createOutput(options));
    });
}
