import { existsSync } from 'node:fs';
import { basename, relative, resolve } from 'node:path';
import { FormatError } from '@kindling/core';
import { EventFile, RunColumns, RunError, RunFolder } from '@kindling/train';
import type { DrawnRun } from '../../charts/run-chart.ts';
import { skippedText } from '../../report/run-report.ts';
import { runPaths } from '../../run-glob.ts';
import type { Output } from '../../terminal/output.ts';

/**
 * The runs that references name, by their logs alone, so that runs that go on, were killed or have other files damaged are drawn too.
 * Lines of a log that cannot be read are a note; so is, among several runs, a log that cannot be read.
 *
 * @throws RunError for what is no run; FormatError and the like where no log can be read.
 */
export function readDrawnRuns(references: readonly string[], output: Output): readonly DrawnRun[] {
  const paths = runPaths(references);
  const names = distinctNames(paths);
  let failure: unknown;
  const runs = paths.flatMap((path, i) => {
    const name = names[i]!;
    try {
      return [{ name, columns: readColumns(name, path, output) }];
    } catch (error) {
      if (paths.length === 1 || !isDamage(error)) throw error;
      failure ??= error;
      output.note(`${name} was left out: ${error.message}`);
      return [];
    }
  });
  if (runs.length === 0) throw failure;
  return runs;
}

const isDamage = (error: unknown): error is Error =>
  error instanceof FormatError || error instanceof RunError || (error instanceof Error && 'code' in error);

function readColumns(name: string, path: string, output: Output): RunColumns {
  const folder = new RunFolder(path);
  if (!folder.exists()) throw new RunError(`no run in ${folder.path}`);
  const columns = new RunColumns();
  const log = new EventFile(folder.events, columns);
  // A run that was just made has no log yet.
  if (existsSync(folder.events)) log.read();
  const skipped = skippedText(log.reader);
  if (skipped !== undefined) output.note(`${name}: ${skipped}`);
  return columns;
}

/** The names of the folders, or where two are the same their paths from here. */
function distinctNames(paths: readonly string[]): readonly string[] {
  const names = paths.map((path) => basename(resolve(path)));
  const isDistinct = new Set(names).size === names.length;
  return isDistinct ? names : paths.map((path) => relative('', path) || '.');
}
