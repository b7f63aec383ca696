import { createInterface } from 'node:readline/promises';
import { folderBytes, removableRun, removeRun } from '@kindling/train';
import { formatBytes, plural, safeLine } from '@kindling/train/internal/console';
import type { Output } from '../../terminal/output.ts';
import { UsageError } from '../../usage-error.ts';

export interface RemoveOptions {
  /** The folder of runs, which nothing is removed outside of. */
  readonly runs: string;
  readonly yes?: boolean;
}

/** `kindling runs rm`: removes runs. Looks at all of them before the first is removed. */
export async function runsRemove(
  references: readonly string[],
  { runs, yes = false }: RemoveOptions,
  output: Output,
): Promise<void> {
  const found = references.map((reference) => removableRun(runs, reference));
  const folders = [...new Map(found.map((folder) => [folder.path, folder])).values()];
  const sizes = folders.map(({ path }) => folderBytes(path));
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
  const names = folders.map(({ name }) => name).join(', ');
  if (
    !yes &&
    !(await isConfirmed(`remove ${plural(folders.length, 'run')} (${names}), ${formatBytes(total)}?`))
  ) {
    return output.note('nothing was removed');
  }
  for (const [i, folder] of folders.entries()) {
    await removeRun(runs, folder.path);
    output.emit({ type: 'removed', run: folder.name, path: folder.path, bytes: sizes[i] });
    output.print(`removed ${folder.name}`);
  }
}

/** @throws UsageError without a terminal to ask on. */
async function isConfirmed(text: string): Promise<boolean> {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    throw new UsageError('runs rm: expected --yes, or a terminal for confirmation, got neither');
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new AbortController();
  terminal.once('close', () => closed.abort());
  try {
    const answer = await terminal.question(`${safeLine(text)} [y/N]: `, { signal: closed.signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (closed.signal.aborted) return false;
    throw error;
  } finally {
    terminal.close();
  }
}
