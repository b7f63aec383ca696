import { DataError } from './data-error.ts';

/** The number of letters to insert, remove, replace, or swap with their neighbour that lead from one word to the other. */
export function editDistance(a: string, b: string): number {
  // Rows of the table of the distances between the prefixes (optimal string alignment), oldest first.
  let [older, row]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) next[j] = Math.min(next[j]!, older[j - 2]! + 1);
    }
    [older, row] = [row, next];
  }
  return row[b.length]!;
}

/** The known name that was probably meant: at most a third of its letters differ, case apart. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    const near = distance <= Math.max(1, Math.floor(candidate.length / 3));
    if (near && (best === undefined || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate;
}

/** The error for a name that is none of the known: it lists them, and says which was probably meant. */
export function unknownName(place: string, name: string, known: readonly string[]): DataError {
  const near = nearestName(name, known);
  return new DataError({
    place,
    expected: `one of ${known.join(', ')}`,
    got: JSON.stringify(name),
    hint: near === undefined ? undefined : `did you mean ${JSON.stringify(near)}?`,
  });
}
