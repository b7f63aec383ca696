import { describe, expect, test } from 'vitest';
import { EarlyStopping, type EpochReport, mse, R2Score, Trainer } from '../../src/index.ts';
import { isBetter, monitored } from '../../src/trainer/monitor.ts';
import { line } from './set-up.ts';

describe('what is watched', () => {
  const report = (change: object): EpochReport => ({
    epoch: 0,
    step: 1,
    train: { loss: 1 },
    evaluated: true,
    seconds: 0,
    ...change,
  });

  test.each([
    ['validation.r2', true],
    ['train.r2', true],
    ['train.accuracy', true],
    ['validation.f1', true],
    ['train.loss', false],
    ['validation.mae', false],
  ])('%s is better when it is larger: %s', (monitor, rises) => {
    expect(isBetter(monitor, 2, 1)).toBe(rises);
    expect(isBetter(monitor, 1, 2)).toBe(!rises);
    expect(isBetter(monitor, 1, 1)).toBe(false);
    expect(isBetter(monitor, 1, undefined)).toBe(true);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(isBetter(monitor, value, undefined)).toBe(false);
      expect(isBetter(monitor, value, 1)).toBe(false);
    }
    expect(isBetter(monitor, rises ? 1.05 : 0.95, 1, 0.1)).toBe(false);
    expect(isBetter(monitor, rises ? 1.2 : 0.8, 1, 0.1)).toBe(true);
  });

  test('train.* is that of the weights of the epoch’s end, where it was measured', () => {
    const measured = report({
      train: { loss: 1 },
      trainEvaluation: { loss: 2, r2: 3 },
      validation: { loss: 4, r2: 5 },
    });
    expect(monitored(measured, 'train.loss')).toBe(2);
    expect(monitored(measured, 'train.r2')).toBe(3);
    expect(monitored(measured, 'validation.loss')).toBe(4);
    expect(monitored(measured, 'validation.r2')).toBe(5);
    expect(monitored(report({}), 'train.loss')).toBe(1);
    expect(monitored(report({}), 'validation.loss')).toBeUndefined();
    expect(monitored(report({}), 'train.r2')).toBeUndefined();
  });

  test('stops training that gets better in r2 no more, and says so', async () => {
    const { model, optimizer, batches } = line(0);
    const stopping = new EarlyStopping({ monitor: 'train.r2', patience: 3 });
    const trainer = new Trainer({ model, loss: mse, optimizer, metrics: { r2: new R2Score() } });
    await trainer.fit(batches, { epochs: 50, trainEvaluation: batches, callbacks: [stopping] });
    expect(trainer.step).toBe(4);
    expect(trainer.stopReason).toMatch(
      /^early stopping: train\.r2 was not better than .* in 3 evaluations in a row$/,
    );
    expect(trainer.status).toBe('completed');
  });
});
