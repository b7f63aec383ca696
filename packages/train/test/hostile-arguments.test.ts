import { KindlingError, nn, ones } from '@kindling/core';
import { describe, test } from 'vitest';
import { callsOf, expectAnswers } from '../../core/test/hostile.ts';
import { EventError } from '../src/events/parse-events.ts';
import * as train from '../src/index.ts';

const before = (): readonly (readonly unknown[])[] => [
  [],
  [ones([2, 2])],
  [[ones([2, 2]).requiresGrad_()]],
  [new nn.Linear(2, 2)],
];

/** What programs train with; what reads and writes runs and experiments has tests of its own. */
const names =
  /^(clip|evaluate$|parseEvent|Trainer$|[A-Z]\w*LR|ReduceLROnPlateau|CosineAnnealing\w*|SGD|Adam\w*|NAdam|RAdam|RMSprop|Adagrad|Adadelta|Adamax|LBFGS|WarmUp|EMA|EarlyStopping|WeightAveraging)/;

describe('a call with a hostile argument gives a result or an error of this package', () => {
  test.each(callsOf('', train, (name) => names.test(name)))('%s', (_, call) =>
    expectAnswers(call, before, [KindlingError, EventError]),
  );
});
