import { readFileSync } from 'node:fs';
import { experimentName, isExperiment, MAX_EXPERIMENT } from '../editing/is-experiment.ts';

/** An experiment that can be trained: a file of the workspace, or one that is built in. */
export interface ExperimentReference {
  /** What `kindling train` takes: a path or a name. */
  readonly reference: string;
  /** What its runs are called. */
  readonly name: string;
  /** Path of its file; undefined for one that is built in. */
  readonly file: string | undefined;
}

/** The experiment in a file; undefined where the file looks like something else, or cannot be read. */
export function experimentInFile(file: string): ExperimentReference | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.length > MAX_EXPERIMENT) return undefined;
    return isExperiment(file, text) ? { reference: file, name: experimentName(file, text), file } : undefined;
  } catch {
    return undefined;
  }
}

/** The experiment in a file that a person has named; whether it is one, the command line says. */
export function namedFile(file: string): ExperimentReference {
  return experimentInFile(file) ?? { reference: file, name: experimentName(file, ''), file };
}
