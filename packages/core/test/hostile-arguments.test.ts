import { describe, expect, test } from 'vitest';
import * as core from '../src/index.ts';

const { KindlingError, nn, ones, Tensor } = core;

/** What plain JavaScript may pass: values that resist being made text or numbers among them. */
const hostile: readonly unknown[] = [
  Symbol('hostile'),
  Object.create(null),
  5n,
  { valueOf: () => 3 },
  () => 1,
  'x',
  null,
  -1,
  2.5,
  Number.NaN,
  [1, 2],
  new Float32Array(2),
];

/** Arguments before the hostile one, so that it comes to stand in each place. */
const before = (): readonly (readonly unknown[])[] => [
  [],
  [ones([2, 2])],
  [ones([2, 2]), ones([2, 2])],
  [ones([2, 2]), 0],
  [2],
  [2, 2],
  [2, 2, 2],
  [[2, 2]],
];

type Call = (...args: unknown[]) => unknown;
const isClass = (call: unknown): call is new (...args: unknown[]) => unknown =>
  /^class\b/.test(Function.prototype.toString.call(call));

/** What take functions of the caller's, whose own errors come through, and the engine's own constructor. */
const leftOut = new Set(['noGrad', 'scope', 'compile', 'inferenceMode', 'enableGrad', 'gradcheck', 'Tensor']);

const callsOf = (place: string, holder: object): (readonly [string, Call])[] =>
  Object.entries(holder).flatMap(([name, value]) =>
    typeof value !== 'function' || leftOut.has(name) || name.endsWith('Error')
      ? []
      : [[`${place}${name}`, isClass(value) ? (...args) => new value(...args) : (value as Call)] as const],
  );

function* methodsOf(): Generator<readonly [string, Call]> {
  // They take a backend or a view of it, for engines.
  const internal = new Set(['constructor', 'wrap', 'toBackend']);
  for (let holder = Tensor.prototype; holder !== Object.prototype; holder = Object.getPrototypeOf(holder)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
      if (typeof value !== 'function' || internal.has(name)) continue;
      yield [`Tensor.${name}`, (...args) => (value as Call).apply(ones([2, 2]), args)];
    }
  }
}

describe('a call with a hostile argument gives a result or an error of this package', () => {
  test.each([
    ...callsOf('', core),
    ...callsOf('nn.', nn),
    ...callsOf('nn.functional.', nn.functional),
    ...methodsOf(),
  ])('%s', async (_, call) => {
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
