import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What no test notices, and what a run that was cut off did not come to. */
export const isOpen = ({ outcome }) => ['survived', 'unreached', 'untried'].includes(outcome);

/** How many of the outcomes there are of each kind, and the share that was noticed of those tried. */
export function scoreOf(outcomes) {
  const tried = outcomes.filter(({ outcome }) => outcome !== 'untried');
  const noticed = tried.filter((outcome) => !isOpen(outcome)).length;
  const timedOut = tried.filter(({ outcome }) => outcome === 'timed out').length;
  return { sample: outcomes.length, tried: tried.length, noticed, timedOut };
}

/** The seed and the results by package of an earlier run, from the file that `--json` wrote. */
export function earlierRun(file) {
  const { seed, results } = JSON.parse(readFileSync(file, 'utf8'));
  return { seed, results: new Map(results.map((result) => [result.package, result])) };
}

/** Writes a run as far as it has come; one that is cut off leaves what it found. */
export function writeRun(file, run) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, `${JSON.stringify(run, undefined, 1)}\n`);
  renameSync(`${file}.part`, file);
}

/**
 * Finds the open mutants of an earlier run in sources that have changed since: the same replacement of the same text of the same file,
 * and the nearest line where there are several. Those whose text is gone are left out.
 */
export function openIn(mutants, outcomes) {
  const found = new Set();
  for (const earlier of outcomes.filter(isOpen)) {
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
