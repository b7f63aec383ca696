import { statSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import { findRun, RunFolder } from '@kindling/train';

/**
 * The folder of the run that a person means: a folder with a run in it, a file in one, or a name of runs/ or of an experiment
 * that was run there.
 *
 * @throws RunError when there is none.
 */
export function runPath(reference: string): string {
  const isPath = reference.includes('/') || reference.includes(sep);
  if (!isPath && !new RunFolder(reference).exists()) return findRun('runs', reference).folder.path;
  const isFile = statSync(reference, { throwIfNoEntry: false })?.isFile() ?? false;
  return isFile ? dirname(reference) : reference;
}
