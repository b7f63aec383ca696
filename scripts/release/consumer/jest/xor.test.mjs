import { deviceReports, tensor } from '@kindling/core';
import { xor } from '@kindling/data';
import { mse } from '@kindling/train';

test('kindling under Jest', () => {
  const x = tensor(Float32Array.of(1, 2), { requiresGrad: true });
  mse(x, tensor([0, 0])).backward();
  expect(x.grad.toArray()).toEqual([1, 2]);
  expect(xor().length).toBe(4);
  expect(deviceReports().find(({ device }) => device === 'cpu').engine).toBe('native');
});
