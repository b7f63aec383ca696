import { type Family, families } from '../implementations.ts';
import { moreIsBetter, timesBetter } from '../unit.ts';
import type { Row } from './results.ts';

/** The best setting of each family for one workload, and what they come to beside each other. */
export interface Comparison {
  readonly best: ReadonlyMap<Family, Row>;
  /** How many times Kindling's eager steps are better than PyTorch's best setting; below 1, worse. */
  readonly eager: number | undefined;
  /** The same of its recorded steps, by `compile` or `Trainer`. */
  readonly recorded: number | undefined;
  /** The part of the machine's limit that Kindling reaches. */
  readonly ofLimit: number | undefined;
}

/** The family that an implementation's name begins with. */
export const familyOf = (implementation: string): Family | undefined =>
  families.find((family) => implementation === family || implementation.startsWith(`${family} `));

function bestOf(rows: readonly (Row | undefined)[]): Row | undefined {
  return rows.reduce((best, row) => {
    if (best === undefined || row === undefined) return best ?? row;
    return timesBetter(row.median, best.median, row.unit) > 1 ? row : best;
  }, undefined);
}

/**
 * @param rows those of one workload.
 * @param limit the row of the machine's limit for it.
 */
export function compare(rows: readonly Row[], limit?: Row): Comparison {
  const best = new Map<Family, Row>();
  for (const family of families) {
    const row = bestOf(rows.filter((each) => familyOf(each.implementation) === family));
    if (row !== undefined) best.set(family, row);
  }
  if (limit !== undefined) best.set('machine', limit);
  const eager = best.get('Kindling eager');
  const recorded = bestOf([best.get('Kindling compile'), best.get('Kindling Trainer')]);
  const pytorch = best.get('PyTorch');
  const ratio = (row: Row | undefined): number | undefined =>
    row && pytorch && timesBetter(row.median, pytorch.median, row.unit);
  const kindling = bestOf([eager, recorded]);
  return {
    best,
    eager: ratio(eager),
    recorded: ratio(recorded),
    ofLimit: kindling && limit && moreIsBetter(limit.unit) ? kindling.median / limit.median : undefined,
  };
}
