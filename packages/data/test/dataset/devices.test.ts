import '../../../core/test/tfjs/cpu.ts';
import { ones, tensor } from '@kindling/core';
import { expect, test } from 'vitest';
import { TensorDataset } from '../../src/dataset/tensor-dataset.ts';

test('a dataset moves to a device with all of its tensors, its batches come from there', () => {
  const data = new TensorDataset(tensor([[1], [2], [3]]), ones([3], { device: 'tfjs' }));
  const moved = data.to('tfjs');
  const batch = moved.batch([2, 0]);
  expect(batch.map(({ device }) => device)).toEqual(['tfjs', 'tfjs']);
  expect(batch[0].toArray()).toEqual([[3], [1]]);
  expect(moved.to('tfjs')).toBe(moved);
});
