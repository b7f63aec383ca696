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
  const folders = references.flatMap(foldersOf);
  for (const { name, path } of folders.filter((folder) => !folder.exists())) {
    output.note(`${name}: skipped, not a run (${path})`);
  }
  const runs = new Map(folders.filter((folder) => folder.exists()).map((folder) => [folder.path, folder]));
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
 * The folders that a reference stands for: that of this name in runs/, or those of a path or a pattern. Of a pattern that the shell has
 * replaced there may be some without a run.
 *
 * @throws RunError where there is nothing.
 */
function foldersOf(reference: string): readonly RunFolder[] {
  const named = new RunFolder(join('runs', reference));
  if (named.exists()) return [named];
  if (existsSync(reference)) return [new RunFolder(reference)];
  return runPaths([reference]).map((path) => new RunFolder(path));
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
