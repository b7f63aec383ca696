import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RunFolder } from '@kindling/train';
import { runPaths } from '../../../run-glob.ts';
import type { Output } from '../../../terminal/output.ts';
import { UsageError } from '../../../usage-error.ts';
import { comparedRun } from './compared-run.ts';
import { type Comparison, comparisonOf, winners } from './comparison.ts';
import { comparisonTable } from './comparison-table.ts';

/** `kindling runs compare`: settings that differ and metrics of runs, side by side. */
export function runsCompare(references: readonly string[], output: Output): void {
  const folders = references.flatMap((reference) => {
    const found = foldersOf(reference);
    if (found.length === 0) output.note(`${reference}: skipped, not a run`);
    return found;
  });
  const runs = new Map(folders.map((folder) => [folder.path, folder]));
  if (runs.size === 0) throw new UsageError(`runs compare: expected runs, got ${references.join(', ')}`);
  const comparison = comparisonOf([...runs.values()].map(comparedRun));
  emitRuns(comparison, output);
  output.print(comparisonTable(comparison, output));
  if (comparison.paths.length === 0 && runs.size > 1) output.note('the settings are the same');
  for (const { name, problem } of comparison.runs) {
    if (problem !== undefined) output.note(`${name} is damaged: ${problem}`);
  }
}

/**
 * The runs that a reference names: that of this name in runs/, or those of a path or a pattern. None for something else that is there,
 * such as a file among the names that a shell puts in a pattern's place.
 *
 * @throws RunError where nothing is there.
 */
function foldersOf(reference: string): readonly RunFolder[] {
  const direct = [join('runs', reference), reference].map((path) => new RunFolder(path));
  const found = direct.find((folder) => folder.exists());
  if (found !== undefined) return [found];
  return existsSync(reference) ? [] : runPaths([reference]).map((path) => new RunFolder(path));
}

function emitRuns(comparison: Comparison, output: Output): void {
  const { runs, paths, metrics } = comparison;
  if (!output.json) return;
  const marked = new Map(metrics.map((name) => [name, winners(comparison, name, 'best')]));
  for (const run of runs) {
    const { name, path, state, problem, epoch, step, seconds } = run;
    output.emit({
      type: 'compared',
      run: name,
      path,
      state,
      problem,
      epoch,
      step,
      seconds,
      settings: Object.fromEntries(
        run.settings.size === 0 ? [] : paths.map((key) => [key, run.settings.get(key) ?? null]),
      ),
      metrics: Object.fromEntries(
        [...run.metrics].map(([key, metric]) => [key, { ...metric, isBest: marked.get(key)!.has(run) }]),
      ),
    });
  }
}
