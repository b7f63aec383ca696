import type { LaunchWorkload, StepWorkload } from '../workload.ts';

const log = (name: string, values: number): StepWorkload => ({
  name,
  group: 'logs',
  measure: 'steps',
  unit: 'µs/step',
  threads: 1,
  step: { kind: 'log', values },
});

/** A log that an editor must open while the training goes on. */
const long = { kind: 'read', steps: 3_000_000 } as const;

/** What logging costs a loop of one's own: a call of `log` with so many values. What reading a long log as columns takes. */
export const logs: readonly (StepWorkload | LaunchWorkload)[] = [
  log('log', 2),
  log('log-8-values', 8),
  { name: 'read-3m-steps', group: 'logs', measure: 'steps', unit: 's', threads: 1, step: long },
  { name: 'memory-read-3m-steps', group: 'logs', measure: 'peak-memory', unit: 'MB', threads: 1, step: long },
];
