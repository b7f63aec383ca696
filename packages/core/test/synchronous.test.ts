import { expect, test } from 'vitest';
import {
  ArgumentError,
  enableGrad,
  isGradEnabled,
  noGrad,
  ones,
  scope,
  type Tensor,
  tensor,
} from '../src/index.ts';

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test.each([
  ['noGrad', noGrad],
  ['enableGrad', enableGrad],
  ['scope', scope],
] as const)('%s refuses a function that returns a promise, and names what works', async (name, run) => {
  const call = (fn: () => unknown): unknown => run(fn);
  const message = `${name}: expected a synchronous function, got one that returns a promise; await first`;
  expect(() => call(async () => 1)).toThrow(ArgumentError);
  expect(() => call(async () => 1)).toThrow(message);
  // biome-ignore lint/suspicious/noThenProperty: what is awaitable without being a Promise.
  expect(() => call(() => ({ then: () => {} }))).toThrow(message);
  // An abandoned rest that fails is no unhandled rejection, which would end the process.
  expect(() =>
    call(async () => {
      await later();
      throw new Error('too late');
    }),
  ).toThrow(message);
  await later();
  await later();
  expect(isGradEnabled()).toBe(true);
});

test('types refuse it too', () => {
  // @ts-expect-error a promise
  expect(() => noGrad(async () => 1)).toThrow(ArgumentError);
  // @ts-expect-error a promise
  expect(() => scope(() => Promise.resolve(1))).toThrow(ArgumentError);
  // @ts-expect-error a promise
  expect(() => enableGrad(async () => {})).toThrow(ArgumentError);
  const x: Tensor = noGrad(() => ones([1]));
  const n: number = scope(() => x.sum().item());
  expect(n).toBe(1);
});

test('the mode and the scope around are as before', () => {
  const outer = scope(() => {
    const kept = tensor([1]);
    expect(() => Reflect.apply(scope, undefined, [async () => tensor([2])])).toThrow(ArgumentError);
    return kept;
  });
  expect(outer.toArray()).toEqual([1]);
});
