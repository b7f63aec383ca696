import { dirname } from 'node:path';
import { dataDir, downloadSource, findSource } from '@kindling/data';
import { plural } from '@kindling/train/internal/console';
import { downloadProgress } from '../../terminal/download-progress.ts';
import type { Output } from '../../terminal/output.ts';

/** The folder that files are in together. */
const folderOf = (paths: readonly string[]): string => dirname(paths[0] ?? '');

/** `kindling data download`: prints where the files are. */
export async function dataDownload(names: readonly string[], output: Output): Promise<void> {
  const wanted = names.map(findSource);
  for (const source of wanted) {
    const paths = await downloadSource(source, { dir: dataDir(), onEvent: downloadProgress(output) });
    output.emit({ type: 'downloaded', name: source.name, paths });
    if (paths.length === 0) output.note(`${source.name}: computed, so there is nothing to download`);
    else output.print(`${source.name}: ${plural(paths.length, 'file')} in ${folderOf(paths)}`);
  }
}
