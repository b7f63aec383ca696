import { KindlingError, ones } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import { EventError } from '../src/events/parse-events.ts';
import * as train from '../src/index.ts';

/** What plain JavaScript may pass. */
const hostile: readonly unknown[] = [
  Symbol('hostile'),
  Object.create(null),
  5n,
  { valueOf: () => 3 },
  () => 1,
  'no-such-file',
  null,
  -1,
  2.5,
  Number.NaN,
  [1, 2],
  new Float32Array(2),
];

const before = (): readonly (readonly unknown[])[] => [
  [],
  [{ length: 2, get: (i: number) => i }],
  [ones([2, 2])],
  [new Uint8Array(3), 'place'],
  ['text', 'place'],
];

/** What programs train with; what reads and writes runs and experiments has tests of its own. */
const names =
  /^(clip|evaluate$|parseEvent|Trainer$|[A-Z]\w*LR|ReduceLROnPlateau|CosineAnnealing\w*|SGD|Adam\w*|NAdam|RAdam|RMSprop|Adagrad|Adadelta|Adamax|LBFGS|WarmUp|EMA|EarlyStopping|WeightAveraging)/;

type Call = (...args: unknown[]) => unknown;
const isClass = (call: unknown): call is new (...args: unknown[]) => unknown =>
  /^class\b/.test(Function.prototype.toString.call(call));

const calls = Object.entries(train).flatMap(([name, value]): (readonly [string, Call])[] =>
  typeof value !== 'function' || !names.test(name)
    ? []
    : [[name, isClass(value) ? (...args) => Reflect.construct(value, args) : (value as unknown as Call)]],
);

describe('a call with a hostile argument gives a result or an error of this package', () => {
  test.each(calls)('%s', async (_, call) => {
    for (const first of before()) {
      for (const value of hostile) {
        for (const rest of [[], [value]]) {
          const where = [...first.map(() => '_'), ...[value, ...rest].map((x) => typeof x)].join(', ');
          try {
            await call(...first, value, ...rest);
          } catch (error) {
            if (!(error instanceof EventError)) expect(error, where).toBeInstanceOf(KindlingError);
          }
        }
      }
    }
  });
});
