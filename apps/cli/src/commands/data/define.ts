import type { Command } from 'commander';
import { createOutput } from '../../terminal/output.ts';

interface Options {
  readonly json?: boolean;
}

const checkEpilogue = `
  kindling data check patients.csv --target outcome
  kindling data check diabetes --json

Lists the columns, what is missing, constant, repeated or of unlike size, and
what a training may trip over. The exit code is 3 for a file that cannot be read
or trained on, and 0 where there are warnings only.`;

const epilogue = `
Files are looked for in, and downloaded to, the folder that KINDLING_DATA_DIR
names; without it, kindling in the platform's cache folder (kindling doctor
shows which one). Mirrors are asked one after the other, the address in
KINDLING_MIRROR first.`;

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
    .description('describe a CSV file or a dataset, and list what a training may trip over')
    .argument('<name>', 'a CSV file, or the name of a dataset')
    .option('--target <column>', 'name of the column to predict (default: the last)')
    .option('--json', 'print JSON lines')
    .addHelpText('after', checkEpilogue)
    .action(async (name: string, options: Options & { readonly target?: string }) => {
      const { dataCheck } = await import('./check.ts');
      process.exitCode = await dataCheck(name, options, createOutput(options));
    });
}
