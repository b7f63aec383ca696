const leaving: (() => void)[] = [];

/** What writing to a pipe without a reader gives, and to a terminal that was closed. */
const gone = ['EPIPE', 'EIO', 'ENXIO'];

/**
 * Ends the process without a word when whoever read stdout has gone (`kindling runs list | head -1`): what nobody reads needs
 * no error. What {@link whenReaderLeaves} has registered comes first. Notes that nobody reads are lost, and nothing ends.
 */
export function endQuietlyWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!gone.includes(error.code ?? '')) throw error;
    if (leaving.length === 0) process.exit(process.exitCode ?? 0);
    for (const leave of leaving.splice(0)) leave();
  });
  process.stderr.on('error', () => undefined);
}

/** Runs once when the reader of stdout goes, instead of ending the process. Returns how to take that back. */
export function whenReaderLeaves(leave: () => void): () => void {
  leaving.push(leave);
  return () => {
    const at = leaving.indexOf(leave);
    if (at >= 0) leaving.splice(at, 1);
  };
}
