import { expect, test, vi } from 'vitest';
import { arange, ones, scope, tensor } from '../../src/index.ts';
import { int } from './set-up.ts';

test('what an operation makes for itself is freed', () => {
  const x = int([1, 0, 2]);
  const { backend } = x.storage;
  const live = new Set<unknown>();
  const [allocate, free] = [backend.allocate.bind(backend), backend.free.bind(backend)];
  vi.spyOn(backend, 'allocate').mockImplementation((...call) => {
    const handle = allocate(...call);
    live.add(handle);
    return handle;
  });
  vi.spyOn(backend, 'free').mockImplementation((handle, ...rest) => {
    live.delete(handle);
    free(handle, ...rest);
  });
  const bytes = int([1, 0, 2], 'uint8');
  const matrix = arange(6).float().reshape(2, 3);
  const runs: readonly (() => unknown)[] = [
    () => x.float().t().exp(),
    () => x.add(1.5),
    () => x.maximum(bytes),
    () => bytes.div(x),
    () => x.clamp(0.5),
    () => x.where(x.gt(0), bytes),
    () => matrix.t().indexSelect(0, bytes),
    () => matrix.t().gather(0, tensor([[1, 0]], { dtype: 'uint8' })),
    () => matrix.t().scatterAdd(0, tensor([[1, 0]], { dtype: 'uint8' }), ones([3, 2])),
    () => tensor([true, false]).scatterAdd(0, int([0]), tensor([true])),
    () => matrix.slice(1, 0, 3, 2).matmul(matrix.slice(1, 0, 3, 2).t()),
    () => matrix.linear(matrix, ones([4]).slice(0, 0, 4, 2)),
    () => bytes.oneHot(3),
    () => matrix.tril(),
    () => x.sum(),
    () => matrix.t().cumsum(0),
    () => matrix.t().sort(0),
    () => matrix.var(),
    () => matrix.softmax(0),
    () => x.square(),
    () => matrix.pow(2.5),
    () => matrix.layerNorm([3]),
  ];
  for (const [i, run] of runs.entries()) {
    const before = live.size;
    scope(() => void run());
    expect(live.size, `run ${i}`).toBe(before);
  }
  vi.restoreAllMocks();
});
