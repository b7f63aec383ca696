import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Milliseconds after which nothing writes a temporary file any more. */
const ABANDONED = 60_000;

/**
 * Removes from a folder what processes left half written that were killed, files that end in `.tmp`, and of the others the oldest beyond a
 * number. What cannot be removed stays.
 */
export function pruneFolder(folder: string, maxFiles: number, now = Date.now()): void {
  const files = readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() ? [{ path, written: stats.mtimeMs }] : [];
  });
  const [temporary = [], whole = []] = [true, false].map((is) =>
    files.filter(({ path }) => path.endsWith('.tmp') === is),
  );
  const old = whole.sort((a, b) => b.written - a.written).slice(maxFiles);
  const abandoned = temporary.filter(({ written }) => Math.abs(now - written) > ABANDONED);
  for (const { path } of [...old, ...abandoned]) {
    try {
      rmSync(path, { force: true });
    } catch {
      // Windows keeps a file that another process has opened.
    }
  }
}
