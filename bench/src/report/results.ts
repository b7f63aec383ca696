import type { Implementation } from '../implementations.ts';
import type { Note, Outcome } from '../measure/outcome.ts';
import { type Summary, summarize } from '../statistics.ts';
import type { Unit } from '../unit.ts';
import type { Workload } from '../workload.ts';
import type { Machine } from './machine.ts';

export interface Row extends Summary {
  readonly workload: string;
  readonly implementation: string;
  readonly unit: Unit;
}

/** What a run of the bench found; the file holds this. */
export interface Results {
  /** When it began, in the form of ISO 8601. */
  readonly date: string;
  /** Whether it was for trying the bench: its numbers count for nothing. */
  readonly quick: boolean;
  readonly machine: Machine;
  /** Of each implementation's library and what it stands on. */
  readonly versions: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Data sets that were used: the real ones, or random numbers of their shape. */
  readonly data: Readonly<Record<string, 'real' | 'random'>>;
  readonly rows: readonly Row[];
  /** What was left out, and why. */
  readonly notes: readonly Note[];
}

export function rowsOf({ name, unit }: Workload, { measurements }: Outcome): Row[] {
  return measurements
    .filter(({ values }) => values.length > 0)
    .map(({ implementation, values }) => ({ workload: name, implementation, unit, ...summarize(values) }));
}

/** Implementations that a workload is for. */
export function takingPart(workload: Workload, all: readonly Implementation[]): Implementation[] {
  if (workload.measure === 'command') return [];
  const kind = workload.step?.kind ?? 'training';
  return all.filter(
    ({ kinds, threads }) =>
      kinds.includes(kind) && (workload.threads === undefined || workload.threads === threads),
  );
}
