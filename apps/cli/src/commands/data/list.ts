import { dataDir, type FileStatus, type Source, sourceStatus, sources } from '@kindling/data';
import type { Output } from '../../terminal/output.ts';
import { table } from '../../terminal/table.ts';

/** Whether a source can be read without a download, in words. */
export function readiness(files: readonly FileStatus[]): 'computed' | 'here' | 'in part' | 'not downloaded' {
  if (files.length === 0) return 'computed';
  const here = files.filter(({ path }) => path !== undefined).length;
  if (here === files.length) return 'here';
  return here > 0 ? 'in part' : 'not downloaded';
}

/** A file of a source as `--json` shows it. */
export const fileRecord = ({ file, path, size }: FileStatus): object => ({
  file: file.path,
  path: path ?? null,
  size,
});

/** `kindling data list` */
export async function dataList(output: Output): Promise<void> {
  const known: readonly Source[] = Object.values(sources);
  const rows: string[][] = [];
  for (const source of known) {
    const { name, kind, description } = source;
    const files = await sourceStatus(source);
    const state = readiness(files);
    output.emit({ type: 'data-set', name, kind, description, state, files: files.map(fileRecord) });
    rows.push([name, state, description]);
  }
  output.print(table(['name', 'state', 'description'], rows, output));
  output.print(`\nFiles are kept in ${dataDir()}`);
}
