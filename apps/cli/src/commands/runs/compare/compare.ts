import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RunFolder } from '@kindling/train';
import { runPath } from '../../../run-reference.ts';
import type { Output } from '../../../terminal/output.ts';
import { UsageError } from '../../../usage-error.ts';
import { comparedRun } from './compared-run.ts';
import { type Comparison, comparisonOf, winners } from './comparison.ts';
import { comparisonTable } from './comparison-table.ts';

/** `kindling runs compare`: settings that differ and metrics of runs, side by side. */
export function runsCompare(references: readonly string[], output: Output): void {
  const folders = references.flatMap((reference) => {
    const folder = folderOf(reference);
    if (folder === undefined) output.note(`${reference}: skipped, not a run`);
    return folder ?? [];
  });
  if (folders.length === 0) throw new UsageError(`runs compare: expected runs, got ${references.join(', ')}`);
  const different = new Map(folders.map((folder) => [folder.path, folder]));
  const comparison = comparisonOf([...different.values()].map(comparedRun));
  emitRuns(comparison, output);
  output.print(comparisonTable(comparison, output));
  if (comparison.paths.length === 0 && different.size > 1) output.note('the settings are the same');
  for (const { name, problem } of comparison.runs) {
    if (problem !== undefined) output.note(`${name} is damaged: ${problem}`);
  }
}

/**
 * The folder of a run; undefined where something else is there, as among the files that `runs/sweep-*` stands for.
 *
 * @throws RunError where nothing is.
 */
function folderOf(reference: string): RunFolder | undefined {
  const named = new RunFolder(join('runs', reference));
  if (named.exists()) return named;
  const direct = new RunFolder(reference);
  if (direct.exists()) return direct;
  if (existsSync(reference)) return undefined;
  return new RunFolder(runPath(reference));
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
