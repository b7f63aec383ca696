import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach } from 'vitest';
import { type Experiment, type ExperimentInput, parseExperiment, type RunEvent } from '../../src/index.ts';

/** A folder for runs, new for each test of the file. */
export function runsFolder(): () => string {
  const root = mkdtempSync(join(tmpdir(), 'kindling-run-'));
  afterAll(() => rmSync(root, { recursive: true }));
  let runs = '';
  beforeEach(() => {
    runs = mkdtempSync(join(root, 'runs-'));
  });
  return () => runs;
}

export const xor = {
  name: 'tiny',
  seed: 1,
  device: 'cpu',
  data: { source: 'xor' },
  model: [{ type: 'linear', out: 4 }, 'tanh', { type: 'linear', out: 1 }, 'sigmoid'],
  loss: 'bce',
  optimizer: { type: 'sgd', lr: 1 },
  epochs: 25,
  logEvery: 10,
  metrics: ['accuracy'],
} satisfies ExperimentInput;

export const experiment = (change: Partial<ExperimentInput> = {}): Experiment =>
  parseExperiment({ ...xor, ...change });

export const stepsOf = (events: readonly RunEvent[]): number[] =>
  events.flatMap((event) => (event.type === 'step' ? [event.step] : []));
