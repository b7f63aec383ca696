import type { Experiment } from '../experiment/experiment-schema.ts';

/** What may differ when a run is resumed: it does not change the steps that are behind. */
const FREE: readonly string[] = [
  'description',
  'device',
  'epochs',
  'maxSteps',
  'logEvery',
  'evaluateEvery',
  'checkpoint',
  'earlyStopping',
];

/**
 * Where the experiment of a run and the one that it is resumed with differ, and must not: paths, with both values in JSON.
 */
export function differences(before: Experiment, now: Experiment): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...keys]
    .filter((key) => !FREE.includes(key))
    .flatMap((key) => valueDifferences(Reflect.get(before, key), Reflect.get(now, key), key));
}

const isBranch = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Where two values of JSON differ: paths that begin with `path`, with both values in JSON. */
export function valueDifferences(before: unknown, now: unknown, path: string): string[] {
  if (isBranch(before) && isBranch(now)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(now)]);
    return [...keys].flatMap((key) =>
      valueDifferences(Reflect.get(before, key), Reflect.get(now, key), `${path}.${key}`),
    );
  }
  const [was, is] = [before, now].map((value) => JSON.stringify(value) ?? 'nothing');
  return was === is ? [] : [`${path} (${was}, now ${is})`];
}
