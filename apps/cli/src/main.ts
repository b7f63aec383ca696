import { Command, CommanderError } from 'commander';
import { exitCodeOf, exitCodes } from './exit-code.ts';
import { createOutput } from './terminal/output.ts';

declare const KINDLING_VERSION: string;

/** Builds the command tree. Each command's code is loaded when the command runs. */
function createProgram(): Command {
  const program = new Command('kindling')
    .description('Train, evaluate and look at neural networks')
    .version(KINDLING_VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .showHelpAfterError('(add --help for the options)')
    .exitOverride();

  program
    .command('devices')
    .description('list the devices that tensors can live on')
    .option('--json', 'print JSON lines')
    .action(async ({ json = false }: { json?: boolean }) => {
      const { devices } = await import('./commands/devices.ts');
      devices(createOutput({ json }));
    });

  return program;
}

/** Runs a command line and returns its exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(argv, { from: 'user' });
    return Number(process.exitCode ?? exitCodes.done);
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    }
    process.stderr.write(`kindling: ${error instanceof Error ? error.message : String(error)}\n`);
    if (process.env.KINDLING_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return exitCodeOf(error);
  }
}
