import { type ExitCode, exitCodes } from '../exit-code.ts';

type Leave = (code: ExitCode) => void;

const leaving: Leave[] = [];

/** What writing to a pipe without a reader gives, and to a terminal that was closed. */
const gone = ['EPIPE', 'EIO', 'ENXIO'];

/**
 * Ends the process without a word when stdout is closed (`kindling runs list | head -1`): output without a reader needs
 * no error. Where stdout cannot be written for another reason, such as a full disk, it says so and ends with exit code 1. What
 * {@link onBrokenPipe} has registered comes first. Notes that cannot be written are lost, and nothing ends.
 */
export function handleBrokenPipe(): void {
  let isOver = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (isOver) return;
    isOver = true;
    const isGone = gone.includes(error.code ?? '');
    if (!isGone) process.stderr.write(`kindling: stdout: cannot write: ${error.code ?? error.message}\n`);
    const code = isGone ? Number(process.exitCode ?? exitCodes.done) : exitCodes.failure;
    if (leaving.length === 0) process.exit(code);
    for (const leave of leaving.splice(0)) leave(isGone ? exitCodes.done : exitCodes.failure);
  });
  process.stderr.on('error', () => undefined);
}

/** Runs once when the reader of stdout goes, instead of ending the process. Returns how to take that back. */
export function onBrokenPipe(leave: Leave): () => void {
  leaving.push(leave);
  return () => {
    const at = leaving.indexOf(leave);
    if (at >= 0) leaving.splice(at, 1);
  };
}
