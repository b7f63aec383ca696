import { expect, test } from 'vitest';
import type { Trainer } from '../../src/index.ts';
import { endReason } from '../../src/run/end-reason.ts';

const none = { divergence: undefined, signal: undefined };
const trainerAt = (step: number, epoch: number, stopReason?: string): Trainer =>
  ({ step, epoch, stopReason }) as Trainer;

test('a training that is through says by what', () => {
  const reasonAt = (trainer: Trainer, maxSteps?: number): string =>
    endReason('completed', trainer, { epochs: 2, maxSteps }, none);
  expect(reasonAt(trainerAt(10, 2))).toBe('all 2 epochs are done');
  expect(reasonAt(trainerAt(10, 2), 100)).toBe('all 2 epochs are done');
  expect(reasonAt(trainerAt(10, 1), 10)).toBe('all 10 steps are done');
  expect(reasonAt(trainerAt(1, 0), 1)).toBe('the step is done');
  expect(reasonAt(trainerAt(10, 1))).toBe('a callback stopped it');
  expect(reasonAt(trainerAt(10, 1, 'no progress'))).toBe('no progress');
});

test('one that ends before says why', () => {
  const trainer = trainerAt(3, 0);
  const extent = { epochs: 2, maxSteps: undefined };
  const signal = AbortSignal.abort(new Error('SIGTERM'));
  expect(endReason('stopped', trainer, extent, { ...none, signal })).toBe('interrupted: SIGTERM');
  expect(endReason('stopped', trainer, extent, none)).toBe('interrupted');
  expect(endReason('diverged', trainer, extent, { ...none, divergence: 'loss NaN at step 2' })).toBe(
    'loss NaN at step 2',
  );
  expect(endReason('diverged', trainer, extent, none)).toBe('the loss is not finite');
});
