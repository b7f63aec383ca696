const leaving: (() => void)[] = [];

/**
 * Ends the process without a word when whoever read stdout has gone (`kindling runs list | head -1`): what nobody reads needs
 * no error. What {@link whenReaderLeaves} has registered comes first.
 */
export function endQuietlyWithReader(): void {
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
    if (leaving.length === 0) process.exit(process.exitCode ?? 0);
    for (const leave of leaving.splice(0)) leave();
  };
  process.stdout.on('error', onError);
  process.stderr.on('error', onError);
}

/** Runs once when the reader of stdout goes, instead of ending the process. Returns how to take that back. */
export function whenReaderLeaves(leave: () => void): () => void {
  leaving.push(leave);
  return () => {
    const at = leaving.indexOf(leave);
    if (at >= 0) leaving.splice(at, 1);
  };
}
