import '../../../core/test/tfjs/cpu.ts';
import { ones, tensor } from '@kindling/core';
import { expect, test } from 'vitest';
import { ImageSet } from '../../src/dataset/image-set.ts';
import { TensorDataset } from '../../src/dataset/tensor-dataset.ts';

test('a dataset moves to a device with all of its tensors, its batches come from there', () => {
  const data = new TensorDataset(tensor([[1], [2], [3]]), ones([3], { device: 'tfjs' }));
  const moved = data.to('tfjs');
  const batch = moved.batch([2, 0]);
  expect(batch.map(({ device }) => device)).toEqual(['tfjs', 'tfjs']);
  expect(batch[0].toArray()).toEqual([[3], [1]]);
  expect(moved.to('tfjs')).toBe(moved);
});

test.each(['cpu', 'tfjs'])('pixels become pixel / 255 on %s, rounded once', (device) => {
  const images = Uint8Array.from({ length: 256 }, (_, pixel) => pixel);
  const set = new ImageSet({ place: 'all pixels', images, labels: Uint8Array.of(3), height: 16, width: 16 });
  const [pixels] = set.tensors({ device }).tensors;
  expect(pixels.device).toBe(device);
  expect([...pixels.data()]).toEqual([...Float32Array.from(images, (pixel) => pixel / 255)]);
});
