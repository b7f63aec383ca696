import {
  type Family,
  families,
  familyOf,
  type Pair,
  pairNames,
  pairs,
  peerFamilies,
  type Rival,
  rivalNames,
  rivals,
} from '../families.ts';
import { groupBy } from '../group-by.ts';
import { moreIsBetter, timesBetter } from '../unit.ts';
import type { Workload } from '../workload.ts';
import type { Results, Row } from './results.ts';

/** The best setting of each family for one workload, and what they come to beside each other. */
export interface Comparison {
  readonly best: ReadonlyMap<Family, Row>;
  /** What the ratios are of: Kindling's recorded steps, by `Trainer`, which reads each loss; of operations alone, the eager ones. */
  readonly kindling: Row | undefined;
  /** How many times better Kindling is; below 1, worse. */
  readonly ratios: {
    /** Than the best of each rival. */
    readonly rivals: ReadonlyMap<Rival, number>;
    /** Than each family of theirs. */
    readonly families: ReadonlyMap<Family, number>;
    /** One family of Kindling's than one of others'. */
    readonly pairs: ReadonlyMap<Pair, number>;
  };
  /** The part of the machine's limit that Kindling reaches. */
  readonly ofLimit: number | undefined;
  /**
   * What Kindling is without a setting: the row with its default number of threads, and how many times better the best count is;
   * where several were measured.
   */
  readonly byDefault: { readonly row: Row; readonly factor: number } | undefined;
}

function bestOf(rows: readonly (Row | undefined)[]): Row | undefined {
  return rows.reduce((best, row) => {
    if (best === undefined || row === undefined) return best ?? row;
    return timesBetter(row.median, best.median, row.unit) > 1 ? row : best;
  }, undefined);
}

/** How many times better the first is, where both were measured. */
const ratioOf = (row: Row | undefined, other: Row | undefined): number | undefined =>
  row && other && timesBetter(row.median, other.median, row.unit);

/** Without keys that have no number. */
const defined = <K>(entries: readonly (readonly [K, number | undefined])[]): Map<K, number> =>
  new Map(entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));

/** The row of the family of `best` with so many threads beside it, where others were measured, too. */
function besideBest(best: Row, rows: readonly Row[], threads: number | undefined): Comparison['byDefault'] {
  const family = familyOf(best.implementation);
  const own = rows.filter(({ implementation }) => familyOf(implementation) === family);
  const row = own.find(({ implementation }) => implementation === `${family} ${threads}t`);
  if (row === undefined || own.length === 1) return undefined;
  return { row, factor: timesBetter(best.median, row.median, row.unit) };
}

/**
 * @param rows those of one workload.
 * @param limit the row of the machine's limit for it.
 * @param threads Kindling's default.
 */
export function compare(rows: readonly Row[], limit?: Row, threads?: number): Comparison {
  const best = new Map<Family, Row>();
  for (const family of families) {
    const row = bestOf(rows.filter((each) => familyOf(each.implementation) === family));
    if (row !== undefined) best.set(family, row);
  }
  if (limit !== undefined) best.set('machine', limit);
  const kindling = best.get('Kindling Trainer') ?? best.get('Kindling compile') ?? best.get('Kindling eager');
  const than = (others: readonly Family[]) =>
    ratioOf(kindling, bestOf(others.map((family) => best.get(family))));
  return {
    best,
    kindling,
    ratios: {
      rivals: defined(rivalNames.map((rival) => [rival, than(rivals[rival])])),
      families: defined(peerFamilies.map((family) => [family, than([family])])),
      pairs: defined(
        pairNames.map((pair) => {
          const [ours, theirs] = pairs[pair];
          return [pair, ratioOf(best.get(ours), best.get(theirs))];
        }),
      ),
    },
    byDefault: kindling && besideBest(kindling, rows, threads),
    ofLimit: kindling && limit && moreIsBetter(limit.unit) ? kindling.median / limit.median : undefined,
  };
}

export interface Compared {
  readonly workload: Workload;
  readonly comparison: Comparison;
}

/** Workloads that were measured, with their comparisons. */
export function compareAll(
  workloads: readonly Workload[],
  { rows, machine }: Pick<Results, 'rows' | 'machine'>,
): Compared[] {
  const rowsOf = (name: string): Row[] => rows.filter(({ workload }) => workload === name);
  return workloads
    .map((workload) => ({ workload, of: rowsOf(workload.name) }))
    .filter(({ of }) => of.length > 0)
    .map(({ workload, of }) => {
      const limit = workload.measure === 'steps' && workload.limit ? rowsOf(workload.limit)[0] : undefined;
      return { workload, comparison: compare(of, limit, machine.threads) };
    });
}

/** Parts of the table. */
export const groupsOf = (compared: readonly Compared[]): Compared[][] =>
  groupBy(compared, ({ workload }) => workload.group);

/** The geometric mean of positive numbers, undefined of none. */
export const geometricMean = (values: readonly number[]): number | undefined =>
  values.length === 0
    ? undefined
    : Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
