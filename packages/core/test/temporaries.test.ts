import { expect, test, vi } from 'vitest';
import { type Tensor, tensor } from '../src/index.ts';

/** Blocks that an operation asks for beyond its result, and those that it gives back before it returns. */
function temporaries(operation: () => Tensor): { taken: number; freed: number } {
  const { backend } = tensor([0]).storage;
  const allocate = vi.spyOn(backend, 'allocate');
  const free = vi.spyOn(backend, 'free');
  try {
    operation();
    return { taken: allocate.mock.calls.length - 1, freed: free.mock.calls.length };
  } finally {
    allocate.mockRestore();
    free.mockRestore();
  }
}

const across = tensor([
  [1, 2, 3],
  [4, 5, 6],
]).transpose(0, 1);

const inOrder = across.contiguous();
const index = tensor([0, 1], { dtype: 'int32' });

test.each<[string, number, () => Tensor]>([
  ['a cumulative sum of a tensor in order', 0, () => inOrder.cumsum(0)],
  ['a cumulative sum of a transposed tensor', 1, () => across.cumsum(0)],
  ['rows of a transposed tensor', 1, () => across.indexSelect(0, index)],
  ['numbers of two dtypes', 1, () => across.add(index)],
])('%s: its %i copies on the way are freed before it returns', (_, copies, operation) => {
  expect(temporaries(operation)).toEqual({ taken: copies, freed: copies });
});
