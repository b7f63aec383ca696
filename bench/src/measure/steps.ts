import { setTimeout as pause } from 'node:timers/promises';
import type { DataFiles } from '../data/data-files.ts';
import type { Implementation } from '../implementations.ts';
import type { PeerPool } from '../process/peer-pool.ts';
import { PeerError, type PeerProcess, TooSlowError } from '../process/peer-process.ts';
import type { Task } from '../task.ts';
import { inUnit } from '../unit.ts';
import type { Step, StepWorkload } from '../workload.ts';
import { disagreements } from './agreement.ts';
import { calibrate } from './calibrate.ts';
import type { Effort } from './effort.ts';
import { type Measurement, type Note, noteOf, type Outcome } from './outcome.ts';

interface Contestant {
  readonly implementation: string;
  readonly peer: PeerProcess;
  readonly check: number;
  /** Steps in a sample. */
  readonly count: number;
  readonly values: number[];
  spent: number;
  /** Length of the last sample. */
  last: number;
  isOut: boolean;
}

/** A step with files of numbers in place of the name of a dataset. */
export async function taskOf(step: Step, files: DataFiles): Promise<Task> {
  if (step.kind === 'chapter') return { ...step, ...(await files.chapter(step)) };
  if (step.kind !== 'training') return step;
  const { data, ...training } = step;
  return { ...training, ...(await files.get(data)) };
}

/**
 * Samples of steps from all implementations that can take them, in turn: a disturbance of the machine meets all alike. Each
 * round begins with another one, as what runs after whom might matter.
 */
export async function measureSteps(
  workload: StepWorkload,
  implementations: readonly Implementation[],
  { pool, files, effort }: { pool: PeerPool; files: DataFiles; effort: Effort },
): Promise<Outcome> {
  const { name, unit, work, stepsPerUnit = 1 } = workload;
  const task = await taskOf(workload.step, files);
  const notes: Note[] = [];
  const contestants: Contestant[] = [];

  const leaveOut = (implementation: string, error: unknown): void => {
    if (!(error instanceof PeerError)) throw error;
    notes.push(noteOf(error, implementation, name));
  };

  for (const implementation of implementations) {
    const peer = await pool.get(implementation);
    if (peer === undefined) continue;
    try {
      contestants.push(await enter(implementation.name, peer));
    } catch (error) {
      leaveOut(implementation.name, error);
    }
  }

  for (const { implementation, check, expected } of disagreements(contestants)) {
    const reason = `computed ${check} where ${expected} was expected`;
    notes.push({ implementation, workload: name, reason });
    for (const contestant of contestants)
      if (contestant.implementation === implementation) contestant.isOut = true;
  }

  for (let round = 0; round < effort.runs; round++) {
    for (let i = 0; i < contestants.length; i++) {
      const contestant = contestants[(round + i) % contestants.length]!;
      const hasTime = contestant.values.length === 0 || contestant.spent + contestant.last <= effort.budget;
      if (contestant.isOut || !hasTime) continue;
      await pause(1000 * effort.settle);
      try {
        await sample(contestant);
      } catch (error) {
        contestant.isOut = true;
        leaveOut(contestant.implementation, error);
      }
    }
  }

  for (const { peer } of contestants) {
    // One that cannot even let go is ended, and will be started anew for the next workload.
    if (peer.isRunning) await peer.request({ op: 'release' }, effort.patience).catch(() => peer.stop());
  }
  const measurements: Measurement[] = contestants.filter(({ isOut, values }) => !isOut && values.length > 0);
  return {
    measurements: measurements.map(({ implementation, values }) => ({ implementation, values })),
    notes,
  };

  async function enter(implementation: string, peer: PeerProcess): Promise<Contestant> {
    await peer.request({ op: 'prepare', task }, effort.preparation);
    const { check } = await peer.request({ op: 'check' }, effort.preparation);
    const step = async (count: number): Promise<number> =>
      (await peer.request({ op: 'step', count }, effort.patience)).seconds;
    const { count, perStep } = await calibrate(step, effort);
    const isWhole = stepsPerUnit > 1;
    if (isWhole && perStep * stepsPerUnit > effort.longestSample) {
      throw new TooSlowError(
        `${stepsPerUnit} steps would take about ${(perStep * stepsPerUnit).toFixed(0)} s`,
      );
    }
    return {
      implementation,
      peer,
      check,
      count: isWhole ? stepsPerUnit : count,
      values: [],
      spent: 0,
      last: 0,
      isOut: false,
    };
  }

  async function sample(contestant: Contestant): Promise<void> {
    const { peer, count, values } = contestant;
    const { seconds } = await peer.request({ op: 'step', count }, effort.patience);
    contestant.spent += seconds;
    contestant.last = seconds;
    values.push(inUnit((seconds / count) * stepsPerUnit, unit, work));
  }
}
