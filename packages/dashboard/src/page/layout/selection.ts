import type { RunRow } from '../../protocol.ts';
import { paletteSize } from './palette-size.ts';

/** Runs that are shown by default: those that the host names, else those at work, else the newest. */
export function firstSelection(
  rows: ReadonlyMap<string, RunRow>,
  named: readonly string[] | undefined,
): string[] {
  const present = (named ?? []).filter((id) => rows.has(id));
  if (present.length > 0) return present;
  const all = [...rows.values()];
  const running = all.filter(({ state }) => state === 'running').slice(0, maxFirst);
  if (running.length > 0) return running.map(({ id }) => id);
  const newest = all
    .toSorted((a, b) => (b.started ?? 0) - (a.started ?? 0))
    .find(({ state }) => state !== 'damaged');
  return newest === undefined ? [] : [newest.id];
}

const maxFirst = 10;

/** The colours with one for each run that has none: the one that the fewest runs shown have, the first of those. */
export function withColors(
  colors: Readonly<Record<string, number>>,
  selected: readonly string[],
): Record<string, number> {
  const all = { ...colors };
  const uses = new Array<number>(paletteSize).fill(0);
  for (const run of selected) {
    const color = all[run];
    if (color !== undefined) uses[color % paletteSize]!++;
  }
  for (const run of selected) {
    if (all[run] !== undefined) continue;
    const color = uses.indexOf(Math.min(...uses));
    all[run] = color;
    uses[color]!++;
  }
  return all;
}
