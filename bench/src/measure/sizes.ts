import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { Family } from '../families.ts';
import type { SizeWorkload } from '../workload.ts';
import type { Note, Outcome } from './outcome.ts';

/** How large files are when they are zipped, in kB. One measurement each, as they do not change. */
export async function measureSizes(
  { name, files }: SizeWorkload,
  families: ReadonlySet<Family>,
): Promise<Outcome> {
  const measurements: Outcome['measurements'][number][] = [];
  const notes: Note[] = [];
  for (const [implementation, path] of Object.entries(files)) {
    if (!families.has(implementation as Family)) continue;
    try {
      measurements.push({
        implementation,
        values: [gzipSync(await readFile(path), { level: 9 }).length / 1e3],
      });
    } catch (error) {
      notes.push({ implementation, workload: name, reason: (error as Error).message });
    }
  }
  return { measurements, notes };
}
