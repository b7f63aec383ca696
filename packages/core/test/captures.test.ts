import { describe, expect, test } from 'vitest';
import { compile, type Tensor, tensor } from '../src/index.ts';

/** Whether the engine records; without it there is nothing to compare. */
const records = tensor([0]).storage.backend.capture !== undefined;

/** Why a function is not replayed, after enough calls to know. */
function obstacleOf(make: () => (x: Tensor) => Tensor, calls = 8): string | undefined {
  const fn = compile(make(), { strict: false });
  for (let i = 0; i < calls; i++) fn(tensor([1, 2]));
  return fn.unsupportedReason;
}

describe.skipIf(!records)('two recordings differ', () => {
  const counted = (body: (x: Tensor, call: number) => Tensor) => () => {
    let call = 0;
    return (x: Tensor): Tensor => body(x, ++call);
  };
  const why = (body: (x: Tensor, call: number) => Tensor): string | undefined => obstacleOf(counted(body));

  test('by an operation that is new, or missing', () => {
    const odd = (remainder: number) => (x: Tensor, call: number) =>
      call % 2 === remainder ? x.mul(2).add(1) : x.mul(2);
    const texts = [why(odd(0)), why(odd(1))];
    expect(
      texts.filter((text) => text?.includes('operation 1 (add of float32 [2] and 1) is new')),
    ).toHaveLength(1);
    expect(
      texts.filter((text) => text?.includes('operation 1 (add of float32 [2] and 1) is missing')),
    ).toHaveLength(1);
  });

  test('by another operation, number or shape', () => {
    expect(why((x, call) => (call % 2 === 0 ? x.exp() : x.sin()))).toMatch(
      /operation 0 is (exp|sin) of float32 \[2\], and was (exp|sin) of float32 \[2\] before/,
    );
    expect(why((x, call) => x.mul(call))).toMatch(
      /mul of float32 \[2\] and \d, and was mul of float32 \[2\] and \d before/,
    );
    expect(why((x, call) => x.reshape(call % 2 === 0 ? [2, 1] : [1, 2]).exp())).toContain('exp of float32 [');
    expect(why((x, call) => x.slice(0, call % 2).sum())).toContain('does not run the same operations');
  });

  test('by what is no operand: parameters, data of the host, memory', () => {
    const other = 'uses other memory or other host data than before';
    expect(why((x, call) => x.leakyRelu(1 / call))).toContain('does not run the same operations');
    expect(why((x, call) => x.add(tensor([call, 0])))).toContain(other);
    const outside = [tensor([1, 1]), tensor([2, 2])];
    expect(why((x, call) => x.add(outside[call % 2]!))).toContain(other);
    expect(why((x, call) => x.select(0, call % 2).add(1))).toContain(other);
  });

  test('not by memory that is made anew, nor by data that is the same', () => {
    expect(obstacleOf(counted((x) => x.add(tensor([1, 2])).mul(x.exp())))).toBeUndefined();
    expect(obstacleOf(counted((x, call) => (call > 3 ? x.mul(2) : x.add(1))))).toBeUndefined();
  });
});

test('what differs in five recordings never becomes a replay, and gives what it gives', () => {
  let call = 0;
  const fn = compile((x: Tensor) => x.mul(++call), { strict: false });
  for (let i = 1; i <= 12; i++) expect(fn(tensor([1])).item()).toBe(i);
  expect(fn.replays).toBe(0);
});
