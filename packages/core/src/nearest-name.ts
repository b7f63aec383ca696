/** Names that are longer are not compared: comparing takes time in proportion to the product of two lengths. */
const maxLength = 64;

/** The number of letters to insert, remove, replace, or swap with their neighbor that lead from one word to the other. */
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

/** A name without what spellings differ in: `weight_decay` and `weightDecay` are the same. */
const bare = (name: string): string => name.toLowerCase().replaceAll(/[_\s-]/g, '');

/**
 * The known name that was probably meant: one of which at most a third of the letters differ, case and underscores apart,
 * or else the only one that begins with the name, or that the name begins with. Names of more than 64 characters have none.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  if (name.length > maxLength) return undefined;
  const wanted = bare(name);
  const sharing: string[] = [];
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of known) {
    if (candidate.length > maxLength) continue;
    const other = bare(candidate);
    const shorter = Math.min(wanted.length, other.length);
    if (shorter >= 3 && (other.startsWith(wanted) || wanted.startsWith(other))) sharing.push(candidate);
    const allowed = Math.max(1, Math.floor(candidate.length / 3));
    // The lengths alone tell of names that are further apart.
    if (Math.abs(wanted.length - other.length) > allowed) continue;
    const distance = editDistance(wanted, other);
    // Words of one letter that differ have nothing in common.
    if (distance >= Math.max(wanted.length, other.length, 1)) continue;
    if (distance <= allowed && (best === undefined || distance < best.distance))
      best = { candidate, distance };
  }
  return best?.candidate ?? (sharing.length === 1 ? sharing[0] : undefined);
}
