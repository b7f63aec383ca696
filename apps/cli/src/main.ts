import { safeText } from '@kindling/train/internal/console';
import { CommanderError } from 'commander';
import { exitCodes } from './exit-code.ts';
import { createProgram } from './program.ts';
import { handleBrokenPipe } from './terminal/broken-pipe.ts';
import { handleHangup, openTerminals } from './terminal/hangup.ts';
import { usageMessage } from './usage-message.ts';

/** Runs a command line and returns its exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  const terminals = openTerminals();
  handleBrokenPipe();
  const code = await exitCodeOf(argv);
  handleHangup(terminals);
  return code;
}

async function exitCodeOf(argv: readonly string[]): Promise<number> {
  const program = createProgram();
  try {
    await program.parseAsync(argv, { from: 'user' });
    return Number(process.exitCode ?? exitCodes.done);
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCodes.done;
      const message = usageMessage(error, program, argv);
      if (message !== undefined) process.stderr.write(`kindling: ${safeText(message)}\n`);
      return exitCodes.usage;
    }
    const { reportFailure } = await import('./failure.ts');
    return reportFailure(error);
  }
}
