import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packageRoot } from '../package-root.ts';
import type { Results } from './results.ts';

/** Where results go if nobody says: named by the date, so that files sort by it. */
export const defaultFile = ({ date }: Pick<Results, 'date'>): string =>
  join(packageRoot, 'results', `${date.slice(0, 19).replaceAll(':', '-')}.json`);

/** The document as text: a row a line, so that two files can be compared. */
export function resultsText({ rows, notes, ...head }: Results): string {
  const list = (items: readonly object[]): string =>
    items.length === 0 ? '[]' : `[\n${items.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`;
  const opened = JSON.stringify(head, null, 2).replace(/\n\}$/, '');
  return `${opened},\n  "rows": ${list(rows)},\n  "notes": ${list(notes)}\n}\n`;
}

/** Writes the whole file or none of it. */
export async function writeResults(results: Results, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.part`;
  await writeFile(part, resultsText(results));
  await rename(part, path);
}
