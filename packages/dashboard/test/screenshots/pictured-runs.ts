import { allSamples, divergedRun, generatedRun, resumedRun } from '../generated-runs.ts';

/** Runs of all states, the first with samples of every kind. */
export const picturedRuns = [
  generatedRun({
    id: 'digits-adam',
    seed: 1,
    steps: 3000,
    stepsPerEpoch: 200,
    lr: 0.02,
    samples: allSamples(1),
    tags: ['baseline'],
    note: 'The run that the others are compared with.',
  }),
  generatedRun({ id: 'digits-slow', seed: 2, steps: 2400, stepsPerEpoch: 200, lr: 0.005, tags: ['sweep'] }),
  generatedRun({
    id: 'digits-wide',
    seed: 3,
    steps: 1800,
    stepsPerEpoch: 200,
    lr: 0.02,
    state: 'running',
    hidden: 256,
  }),
  divergedRun('digits-diverged'),
  resumedRun('own-loop-resumed'),
  generatedRun({ id: 'digits-failed', seed: 8, steps: 120, stepsPerEpoch: 200, lr: 0.01, state: 'failed' }),
];
