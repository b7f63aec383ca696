import { KindlingError, ones } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import * as data from '../src/index.ts';

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

/** Made by functions alone, with arguments that those have checked; and what changes all that follows. */
const leftOut = new Set(['ImageFolder', 'SeriesWindows', 'TextWindows', 'setDataMirror']);

type Call = (...args: unknown[]) => unknown;
const isClass = (call: unknown): call is new (...args: unknown[]) => unknown =>
  /^class\b/.test(Function.prototype.toString.call(call));

const calls = Object.entries(data).flatMap(([name, value]): (readonly [string, Call])[] =>
  typeof value !== 'function' || leftOut.has(name) || name.endsWith('Error')
    ? []
    : [[name, isClass(value) ? (...args) => new value(...args) : (value as Call)]],
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
            expect(error, where).toBeInstanceOf(KindlingError);
          }
        }
      }
    }
  });
});
