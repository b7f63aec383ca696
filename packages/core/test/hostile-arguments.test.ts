import { describe, test } from 'vitest';
import * as core from '../src/index.ts';
import { type Call, callsOf, expectAnswers } from './hostile.ts';

const { KindlingError, nn, ones, Tensor } = core;

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

/** What take functions of the caller's, whose own errors come through, and the engine's own constructor. */
const leftOut = ['noGrad', 'scope', 'compile', 'inferenceMode', 'enableGrad', 'gradcheck', 'Tensor'];

function* methods(): Generator<readonly [string, Call]> {
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
    ...callsOf('', core, (name) => !leftOut.includes(name)),
    ...callsOf('nn.', nn),
    ...callsOf('nn.functional.', nn.functional),
    ...methods(),
  ])('%s', (_, call) => expectAnswers(call, before, [KindlingError]));
});
