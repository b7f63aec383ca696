import { nn } from '@kindling/core';
import { expect, test } from 'vitest';
import type { EpochReport } from '../../src/index.ts';
import { isDiverged } from '../../src/trainer/divergence.ts';

test('an evaluation shows that training diverged by the training samples, or by weights that are no numbers', () => {
  const model = new nn.Linear(2, 1);
  const isOver = (train: number | undefined, validation: number | undefined): boolean => {
    const loss = (value: number | undefined) => (value === undefined ? undefined : { loss: value });
    return isDiverged({ trainEvaluation: loss(train), validation: loss(validation) } as EpochReport, model);
  };
  expect([isOver(1, 1), isOver(undefined, undefined), isOver(1, Number.NaN)]).toEqual([false, false, false]);
  expect([isOver(Number.NaN, 1), isOver(Number.POSITIVE_INFINITY, undefined)]).toEqual([true, true]);
  model.weight.detach().fill_(Number.NaN);
  expect([isOver(1, Number.NaN), isOver(undefined, Number.NaN), isOver(1, 1)]).toEqual([true, true, false]);
});
