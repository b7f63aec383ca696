import { expect, test } from 'vitest';
import { DTypeError, nn, Tensor, tensor } from '../../src/index.ts';

type Call = (input: Tensor, ...rest: unknown[]) => unknown;

/** What a function gives for one tensor, or for one and an axis; undefined where it takes more. */
function outcome(call: Call, input: Tensor): unknown {
  for (const rest of [[], [0]]) {
    try {
      const result = call(input, ...rest);
      if (result instanceof Tensor) return result.tolist();
    } catch (error) {
      if (error instanceof DTypeError) return error;
    }
  }
  return undefined;
}

const functions = (Object.entries(nn.functional) as [string, Call][])
  .filter(([, call]) => typeof call === 'function')
  // Random draws.
  .filter(([name]) => !/dropout|rrelu|gumbel/i.test(name))
  .filter(([, call]) => Array.isArray(outcome(call, tensor([0, 1, 2]))));

test('many functions take one tensor', () => {
  expect(functions.length).toBeGreaterThan(20);
});

test.each(functions)('%s of integers is that of floats, or refused', (_, call) => {
  for (const dtype of ['uint8', 'int32'] as const) {
    const got = outcome(call, tensor([0, 1, 2], { dtype }));
    if (got instanceof DTypeError) continue;
    expect(got, dtype).toEqual(outcome(call, tensor([0, 1, 2])));
  }
});
