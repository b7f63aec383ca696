import { describe, expect, test } from 'vitest';
import { RunColumns } from '../../src/events/run-columns.ts';
import { MedianRule } from '../../src/sweep/median-rule.ts';

const begin = (monitor = 'validation.loss', epochs?: number): MedianRule => {
  const rule = new MedianRule({ trials: 3, ...(epochs === undefined ? {} : { epochs }) }, monitor);
  for (const [run, values] of Object.entries({ a: [5, 4, 3], b: [5, 3, 2], c: [5, 2, 1] })) {
    values.forEach((value, epoch) => {
      rule.record(run, epoch, value);
    });
  }
  return rule;
};

/** The verdicts on a trial, epoch by epoch. */
function verdicts(rule: MedianRule, values: readonly number[], epochs = 10): (string | undefined)[] {
  return values.map((value, epoch) => {
    rule.record('new', epoch, value);
    return rule.verdict('new', epoch, epochs);
  });
}

describe('the median rule', () => {
  test('stops a trial whose best is worse than the median of the others at the same epoch', () => {
    expect(verdicts(begin(), [6, 3.5, 2])).toEqual([
      'pruned: validation.loss 6 after 1 epochs, the median of 3 others 5',
      'pruned: validation.loss 3.5 after 2 epochs, the median of 3 others 3',
      undefined,
    ]);
  });

  test('counts the best so far: a trial that gets worse again is kept', () => {
    expect(verdicts(begin(), [1, 9, 9])).toEqual([undefined, undefined, undefined]);
  });

  test('takes more as better where it is', () => {
    expect(verdicts(begin('train.accuracy'), [6, 4.5])).toEqual([undefined, undefined]);
    expect(verdicts(begin('train.accuracy'), [4, 4])[0]).toContain('pruned: train.accuracy 4 after 1 epochs');
  });

  test('waits for other trials, and for epochs', () => {
    const few = new MedianRule({ trials: 4 }, 'validation.loss');
    for (const run of ['a', 'b', 'c']) few.record(run, 0, 1);
    expect(verdicts(few, [9])).toEqual([undefined]);
    expect(verdicts(begin(undefined, 2), [9, 9])).toEqual([undefined, expect.stringContaining('pruned')]);
    // A tenth of 30 epochs.
    expect(verdicts(begin(), [9, 9, 9], 30).map((text) => text !== undefined)).toEqual([false, false, true]);
  });

  test('compares with nothing that did not come as far, and stops no trial that is through', () => {
    const rule = begin();
    for (let epoch = 0; epoch < 4; epoch++) rule.record('new', epoch, 9);
    expect(rule.verdict('new', 3, 10)).toBeUndefined();
    expect(rule.verdict('new', 2, 3)).toBeUndefined();
  });

  test('takes no note of what is not finite', () => {
    const rule = begin();
    rule.record('d', 0, Number.NaN);
    rule.record('d', 1, Number.POSITIVE_INFINITY);
    expect(verdicts(rule, [6])[0]).toContain('the median of 3 others 5');
  });

  test('takes the mean of the middle two of an even number of others', () => {
    const rule = new MedianRule({ trials: 4 }, 'validation.loss');
    for (const loss of [1, 2, 6, 9]) rule.record(`trial of ${loss}`, 0, loss);
    expect(verdicts(rule, [5])[0]).toBe('pruned: validation.loss 5 after 1 epochs, the median of 4 others 4');
  });

  test('reads a log, in the place of what it knew of the run', () => {
    const columns = new RunColumns();
    [9, 8, 7].forEach((loss, epoch) => {
      columns.event({
        type: 'epoch',
        epoch,
        step: epoch + 1,
        train: {},
        validation: { loss },
        seconds: 1,
        time: 0,
      });
    });
    const rule = begin();
    rule.record('a', 3, 0);
    rule.recordLog('a', columns);
    expect(verdicts(rule, [6])[0]).toBe('pruned: validation.loss 6 after 1 epochs, the median of 3 others 5');
    expect(verdicts(rule, [6, 4])[1]).toBe(
      'pruned: validation.loss 4 after 2 epochs, the median of 3 others 3',
    );
  });
});
