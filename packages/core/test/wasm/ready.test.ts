import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type * as core from '../../src/index.ts';

let kindling: typeof core;
beforeEach(async () => {
  vi.resetModules();
  // What bundlers take for browsers.
  vi.doMock('#engines', () => import('../../src/engines.browser.ts'));
  vi.stubEnv('KINDLING_BACKEND', undefined);
  kindling = await import('../../src/index.ts');
});
afterEach(() => vi.unstubAllEnvs());

const engineOf = (x: core.Tensor): string => x.storage.backend.name;

test('loads the engine, which serves cpu from then on', async () => {
  await Promise.all([kindling.ready(), kindling.ready()]);
  const { tensor } = kindling;
  const sum = tensor([1, 2]).add(tensor([3, 4]));
  expect(engineOf(sum)).toBe('wasm');
  expect([...sum.data()]).toEqual([4, 6]);
  const [cpu] = kindling.deviceReports();
  expect(cpu).toMatchObject({
    engine: 'wasm',
    checks: [{ engine: 'wasm', result: 'WebAssembly (simd128), 1 thread' }],
  });
});

test('without it, the reference engine serves cpu, and a line says what to do', async () => {
  const { announceFallback } = await import('../../src/internal.ts');
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    expect(engineOf(kindling.tensor(1))).toBe('reference');
    announceFallback();
    announceFallback();
    expect(write.mock.calls).toEqual([
      [
        'kindling: cpu uses the reference engine instead of the faster wasm engine: expected `await ready()` of @kindling/core before the first tensor, which loads the engine; KINDLING_BACKEND=reference hides this note\n',
      ],
    ]);
  } finally {
    write.mockRestore();
  }
});

test('too late, it says so, and the tensors that there are go on', async () => {
  const x = kindling.tensor([1, 2]);
  await expect(kindling.ready()).rejects.toThrow(
    'ready: expected to be awaited before the first tensor is made, got a program whose cpu is the reference engine already',
  );
  expect([...x.add(kindling.tensor([1, 1])).data()]).toEqual([2, 3]);
  expect(engineOf(kindling.tensor(1))).toBe('reference');
});
