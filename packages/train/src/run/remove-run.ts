import {
  basename,
  dirname,
  filesSettled,
  join,
  loadFolder,
  lstatSync,
  readdirSync,
  realpathSync,
  resolve,
  rmSync,
} from '@kindling/data/internal';
import { didYouMean } from '../experiment/problem.ts';
import { lstatIfThere } from './regular-file.ts';
import { RunError, RunFolder } from './run-folder.ts';
import { lockRun } from './run-lock.ts';

/**
 * The run that is to be removed: a folder directly in the folder of runs, by its name or its path.
 *
 * @throws RunError for what is no run, is a link, or is elsewhere.
 */
export function removableRun(runs: string, reference: string): RunFolder {
  const isName = basename(reference) === reference;
  const folder = new RunFolder(isName ? join(runs, reference) : reference);
  const stats = lstatIfThere(folder.path);
  if (stats === undefined) {
    const hint = isName ? didYouMean(reference, namesIn(runs)) : '';
    const text = isName
      ? `no run named ${JSON.stringify(reference)} in ${join(runs, '/')}`
      : `no run in ${reference}`;
    throw new RunError(`${text}${hint}`);
  }
  if (stats.isSymbolicLink() || !stats.isDirectory()) {
    const got = stats.isSymbolicLink() ? 'a symbolic link' : 'a file';
    throw new RunError(`${folder.path}: expected the folder of a run, got ${got}`);
  }
  if (realpathSync(dirname(folder.path)) !== realpathSync(resolve(runs))) {
    throw new RunError(
      `${folder.path}: expected a run directly in ${join(runs, '/')}, got a folder elsewhere`,
    );
  }
  const isRun = ['experiment.json', 'config.json'].some(
    (name) => lstatIfThere(join(folder.path, name)) !== undefined,
  );
  if (isRun) return folder;
  throw new RunError(
    `${folder.path}: expected the folder of a run, got one without experiment.json or config.json`,
  );
}

/**
 * Removes a run with all its files: a folder directly in the folder of runs, by its name or its path. Links in it are removed, not
 * what they lead to.
 *
 * @throws RunError while it is being trained, and as {@link removableRun} does.
 */
export async function removeRun(runs: string, reference: string): Promise<void> {
  await loadFolder(runs);
  const folder = removableRun(runs, reference);
  const lock = await lockRun(folder);
  try {
    // First what makes it a run: a process that dies here leaves none that is damaged.
    for (const name of ['experiment.json', 'config.json']) rmSync(join(folder.path, name), { force: true });
    rmSync(folder.path, { recursive: true, force: true, maxRetries: 3 });
  } finally {
    lock.release();
  }
  await filesSettled();
}

/** Bytes of the files in a folder and below it. */
export function folderBytes(path: string): number {
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + lstatSync(join(parentPath, name)).size, 0);
}

function namesIn(runs: string): readonly string[] {
  try {
    return readdirSync(runs);
  } catch {
    return [];
  }
}
