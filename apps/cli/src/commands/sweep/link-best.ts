import { lstatSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { SweepFolder } from '@kindling/train/internal';

/**
 * Makes `best` in a sweep's folder a link to the run of the best trial, so that `kindling eval <sweep>/best` finds it. Where links
 * cannot be made, or something else has the name, there is none: `summary.json` names the best trial, too.
 */
export function linkBest({ path }: SweepFolder, run: string): void {
  const link = join(path, 'best');
  try {
    if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(link);
    // Windows has junctions for everyone, with whole paths; other systems take the name, which survives a move.
    symlinkSync(process.platform === 'win32' ? join(path, run) : run, link, 'junction');
  } catch {
    // The link is a convenience.
  }
}
