import { nearestName } from '@kindling/core/internal';
import type { Workload } from './workload.ts';

/** A name on the command line that is none of the known. */
export class UnknownNameError extends Error {
  override readonly name = 'UnknownNameError';

  constructor(option: string, name: string, known: readonly string[]) {
    const near = nearestName(name, known);
    const hint = near === undefined ? `one of ${known.join(', ')}` : `did you mean ${near}?`;
    super(`${option}: expected a known name, got ${JSON.stringify(name)}; ${hint}`);
  }
}

/**
 * The workloads that `--only` names, one by one, by their groups, or by a beginning with `*`; and the limits that they are
 * compared with. All, where it names none.
 *
 * @throws UnknownNameError for a name that none has.
 */
export function selectWorkloads(all: readonly Workload[], names: readonly string[]): Workload[] {
  if (names.length === 0) return [...all];
  const chosen = new Set<Workload>();
  for (const name of names) {
    const matching = all.filter((workload) =>
      name.endsWith('*')
        ? workload.name.startsWith(name.slice(0, -1))
        : workload.name === name || workload.group === name,
    );
    if (matching.length === 0) {
      throw new UnknownNameError('--only', name, [...new Set(all.flatMap((w) => [w.group, w.name]))]);
    }
    for (const workload of matching) chosen.add(workload);
  }
  const limits = new Set(
    [...chosen].map((workload) => (workload.measure === 'steps' ? workload.limit : undefined)),
  );
  return all.filter((workload) => chosen.has(workload) || limits.has(workload.name));
}

/** @throws UnknownNameError for a name that is none of the known. */
export function selectNames<T extends string>(
  option: string,
  names: readonly string[],
  known: readonly T[],
): T[] {
  return names.map((name) => {
    const match = known.find((each) => each === name);
    if (match === undefined) throw new UnknownNameError(option, name, known);
    return match;
  });
}
