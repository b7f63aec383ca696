import { DataFiles } from './data/data-files.ts';
import type { Family } from './families.ts';
import type { Implementation } from './implementations.ts';
import type { Effort } from './measure/effort.ts';
import { measureCommands, measureLaunches } from './measure/launches.ts';
import type { Note, Outcome } from './measure/outcome.ts';
import { measureSizes } from './measure/sizes.ts';
import { measureSteps } from './measure/steps.ts';
import { PeerPool } from './process/peer-pool.ts';
import { thisMachine } from './report/machine.ts';
import { type Results, type Row, rowsOf, takingPart } from './report/results.ts';
import type { Workload } from './workload.ts';

export interface BenchSettings {
  readonly workloads: readonly Workload[];
  readonly implementations: readonly Implementation[];
  readonly effort: Effort;
  readonly quick: boolean;
  /** Told before each workload. */
  readonly onWorkload?: (workload: Workload, index: number) => void;
  /** Ends the bench; what was measured until then is given back. */
  readonly signal?: AbortSignal;
}

/** Measures all workloads one after the other, each with all implementations in turn. */
export async function runBench(settings: BenchSettings): Promise<Results> {
  const { workloads, implementations, effort, quick, onWorkload, signal } = settings;
  const date = new Date().toISOString();
  const families = new Set<Family>(implementations.map(({ family }) => family));
  const files = await DataFiles.create();
  const pool = new PeerPool();
  const stop = (): void => void pool.stop();
  signal?.addEventListener('abort', stop);
  const rows: Row[] = [];
  const notes: Note[] = [];

  const measure = (workload: Workload): Promise<Outcome> => {
    if (workload.measure === 'command') return measureCommands(workload, families, effort);
    if (workload.measure === 'size') return measureSizes(workload, families);
    const present = takingPart(workload, implementations).filter(({ name }) => !pool.absent.has(name));
    if (workload.measure === 'steps') return measureSteps(workload, present, { pool, files, effort });
    return measureLaunches(workload, present, { files, effort });
  };

  try {
    for (const [index, workload] of workloads.entries()) {
      if (signal?.aborted) break;
      onWorkload?.(workload, index);
      const outcome = await measure(workload);
      rows.push(...rowsOf(workload, outcome));
      notes.push(...outcome.notes);
    }
    const versions = signal?.aborted ? {} : await versionsOf(implementations, rows, pool, effort);
    const absent = [...pool.absent].map(([implementation, reason]) => ({ implementation, reason }));
    const data = Object.fromEntries(
      [...files.used].map(([name, isReal]) => [name, isReal ? 'real' : 'random'] as const),
    );
    return { date, quick, machine: thisMachine(), versions, data, rows, notes: [...absent, ...notes] };
  } finally {
    signal?.removeEventListener('abort', stop);
    await pool.stop();
    await files.remove();
  }
}

/** Versions of the libraries that were measured, once for each: the settings of a family share them. */
async function versionsOf(
  implementations: readonly Implementation[],
  rows: readonly Row[],
  pool: PeerPool,
  { patience }: Effort,
): Promise<Results['versions']> {
  const versions: Record<string, Record<string, string>> = {};
  for (const implementation of implementations) {
    const { name, peer } = implementation;
    if (peer in versions || !rows.some((row) => row.implementation === name)) continue;
    const process = await pool.get(implementation);
    const told = await process?.request({ op: 'versions' }, patience).catch(() => undefined);
    if (told !== undefined) versions[peer] = told;
  }
  return versions;
}
