import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of a new run, as `kindling train` names it: `<runs>/<name>`, then `<name>-2`, … */
export function freeRunFolder(
  runs: string,
  name: string,
  isTaken: (path: string) => boolean = existsSync,
): string {
  for (let i = 1; ; i++) {
    const path = join(runs, i === 1 ? name : `${name}-${i}`);
    if (!isTaken(path)) return path;
  }
}
