import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { profileCsv, type TableProfile } from '@kindling/data';
import { draftExperiment, isBuiltinName, readExperimentSource, type Task } from '@kindling/train';
import { UsageError } from '../../usage-error.ts';
import type { Comments } from './render.ts';

export interface InitOptions {
  readonly from?: string;
  readonly target?: string;
  readonly task?: Task;
  readonly hidden?: readonly number[];
  readonly epochs?: number;
  readonly output?: string;
  readonly force?: boolean;
}

/** What is written. */
export interface Draft {
  readonly document: object;
  readonly comments: Comments;
}

/** What an experiment is made from: a file, which was looked at, or a built-in experiment. */
export type DraftSource =
  | { readonly kind: 'csv'; readonly path: string; readonly profile: TableProfile }
  | { readonly kind: 'builtin'; readonly name: string };

/** @throws DataError for a file that cannot be read; UsageError for options that a built-in experiment does not take. */
export async function draftSource(from: string, options: InitOptions): Promise<DraftSource> {
  if (!isBuiltinName(from)) return { kind: 'csv', path: from, profile: await profileCsv(from) };
  const { target, task, hidden } = options;
  const wrong = Object.entries({ target, task, hidden }).find(([, value]) => value !== undefined);
  if (wrong === undefined) return { kind: 'builtin', name: from };
  throw new UsageError(`--${wrong[0]}: expected a CSV file for --from, got a built-in experiment (${from})`);
}

/** A name that an experiment may have, of what it is made from. */
export function nameFor(from: string): string {
  const word = basename(from)
    .replace(/\.(csv|txt|tsv)?(\.gz)?$/i, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '')
    .slice(0, 100);
  return word === '' ? 'experiment' : word;
}

/** @param file where it is written; undefined for stdout. */
export async function draft(
  origin: DraftSource,
  name: string,
  file: string | undefined,
  { target, task, hidden, epochs }: InitOptions,
): Promise<Draft> {
  if (origin.kind === 'csv') {
    const path = pathFrom(file === undefined ? '.' : dirname(file), origin.path);
    return draftExperiment(origin.profile, { name, path, target, task, hidden, epochs });
  }
  const { document } = await readExperimentSource(origin.name);
  const { $schema: _, ...rest } = { $schema: undefined, ...(document as object) };
  return {
    document: { ...rest, name, ...(epochs === undefined ? {} : { epochs }) },
    comments: new Map([['model', 'the layers, in the order that data goes through them']]),
  };
}

/** A path as a document in a folder has it, with slashes on every system. */
function pathFrom(folder: string, path: string): string {
  const found = relative(resolve(folder), resolve(path));
  return isAbsolute(found) ? found : found.split(sep).join('/');
}
