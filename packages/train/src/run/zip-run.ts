import { join, loadFolder, readdirSync } from '@kindling/data/internal';
import { MAX_WEIGHTS_BYTES, readRegularFile } from './regular-file.ts';
import { RunError, RunFolder } from './run-folder.ts';
import { type ZipFile, zip } from './zip.ts';

/** ZIP has no more without its extensions. */
const MAX_BYTES = 2 ** 32 - 1;

/** Of the process that trains alone. */
const PASSING = /^\.|^(?:lock|stop)$/;

/**
 * A run with all its files as a ZIP archive, in which they lie in a folder of the run's name: unpacked into `runs`, it is a run
 * for the command line, wherever it was made.
 *
 * @throws RunError for a folder without a run, and for a run of 4 GiB or more.
 */
export async function zipRun(path: string): Promise<Uint8Array<ArrayBuffer>> {
  await loadFolder(path, { weights: true });
  const folder = new RunFolder(path);
  if (!folder.exists()) throw new RunError(`no run in ${folder.path}`);
  const files = filesIn(folder.path, folder.name);
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  if (bytes < MAX_BYTES) return zip(files);
  throw new RunError(`run ${folder.name}: expected less than 4 GiB to archive, got ${bytes} bytes`);
}

function filesIn(folder: string, within: string): ZipFile[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !PASSING.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      const inside = `${within}/${entry.name}`;
      if (entry.isDirectory()) return filesIn(path, inside);
      return entry.isFile() ? [{ path: inside, bytes: readRegularFile(path, MAX_WEIGHTS_BYTES) }] : [];
    });
}
