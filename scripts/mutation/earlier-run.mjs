import { readFileSync } from 'node:fs';

/** What no test notices. */
export const isUnnoticed = ({ outcome }) => outcome === 'survived' || outcome === 'unreached';

/** The seed and the results by package of an earlier run, from the file that `--json` wrote. */
export function earlierRun(file) {
  const { seed, results } = JSON.parse(readFileSync(file, 'utf8'));
  return { seed, results: new Map(results.map((result) => [result.package, result])) };
}

/**
 * Finds the unnoticed mutants of an earlier run in sources that have changed since: the same replacement of the same text of the same
 * file, and the nearest line where there are several. Those whose text is gone are left out.
 */
export function unnoticedIn(mutants, outcomes) {
  const found = new Set();
  for (const earlier of outcomes.filter(isUnnoticed)) {
    const distance = ({ line }) => Math.abs(line - earlier.line);
    const [nearest] = mutants
      .filter((mutant) => isSame(mutant, earlier) && !found.has(mutant))
      .sort((a, b) => distance(a) - distance(b));
    if (nearest !== undefined) found.add(nearest);
  }
  return [...found];
}

const isSame = (mutant, earlier) =>
  mutant.file === earlier.file &&
  mutant.original === earlier.original &&
  mutant.replacement === earlier.replacement;
