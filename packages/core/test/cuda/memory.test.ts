import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { CudaBackend } from '../../src/backend/cuda/backend.ts';
import type { Block } from '../../src/backend/cuda/memory.ts';
import { DeviceError, randn, scope, tensor } from '../../src/index.ts';
import { openBackend, openDriver } from './engine.ts';

const MIB = 2 ** 20;
let backend: CudaBackend | undefined;

/** A backend that is closed when the test ends. */
function open(...settings: Parameters<typeof openBackend>): CudaBackend {
  backend = openBackend(...settings);
  return backend;
}

afterEach(() => {
  backend?.close();
  backend = undefined;
  openDriver({});
});

const bytes = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (Math.imul(i, 2654435761) >>> 13) & 255);

describe('memory', () => {
  test('a freed block is handed out again, and counted as cached meanwhile', () => {
    const { memory } = open({});
    const block = memory.allocate(1000);
    const { reserved } = memory;
    memory.free(block);
    expect(memory.cached).toBe(block.capacity);
    expect(memory.allocate(1000)).toBe(block);
    expect(memory.cached).toBe(0);
    expect(memory.reserved).toBe(reserved);
    memory.free(block);
  });

  test('where it runs short, cached blocks are given back and the request is met', () => {
    const { memory } = open({ MEMORY: String(64 * MIB) });
    memory.free(memory.allocate(40 * MIB));
    const block = memory.allocate(48 * MIB);
    expect(block.capacity).toBeGreaterThanOrEqual(48 * MIB);
    expect(memory.cached).toBe(0);
    memory.free(block);
  });

  test('an allocation that fails once is tried again', () => {
    const { driver, memory } = open({ FAIL: 'cuMemAllocAsync:2=2' });
    const asked = vi.spyOn(driver.api, 'cuMemAllocAsync');
    memory.free(memory.allocate(100));
    expect(asked.mock.results.map(({ value }) => value)).toEqual([2, 0]);
  });

  test('where there is no more, the error says what was asked for, what is used and what to do', () => {
    const { memory } = open({ MEMORY: String(64 * MIB) });
    const held = memory.allocate(30 * MIB);
    memory.free(memory.allocate(20 * MIB));
    let error: unknown;
    try {
      memory.allocate(2 ** 30);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(DeviceError);
    expect(String(error)).toMatch(
      /allocate: expected 1\.0 GiB of memory on cuda:0, but of its 64\.0 MiB this process uses 30\.0 MiB and had 20\.0 MiB cached.*CUDA_ERROR_OUT_OF_MEMORY \(2\) in cuMemAllocAsync.*smaller batches/,
    );
    memory.free(held);
  });

  test('what is dropped without being freed comes back once it is collected', async () => {
    const { memory } = open({});
    for (let round = 0; round < 100; round++) {
      for (let i = 0; i < 20; i++) memory.allocate(MIB / 2);
      await setTimeout(0);
    }
    expect(memory.reserved).toBeLessThanOrEqual(600 * MIB);
  });

  test('bytes of any length arrive and come back', () => {
    const engine = open({});
    const block = engine.allocate(13 * MIB) as Block;
    for (const [length, offset] of [
      [1, 0],
      [63, 7],
      [MIB + 5, 1],
      [9 * MIB + 3, 64],
    ] as const) {
      const source = bytes(length);
      engine.write(block, offset, source);
      const target = new Uint8Array(length);
      engine.read(block, offset, target);
      expect(Buffer.compare(source, target)).toBe(0);
    }
    engine.free(block);
  });

  test('small writes in a row do not overtake one another', () => {
    const engine = open({});
    const blocks = Array.from({ length: 300 }, () => engine.allocate(40_000) as Block);
    for (const [i, block] of blocks.entries()) engine.write(block, 0, new Uint8Array(40_000).fill(i));
    for (const [i, block] of blocks.entries()) {
      const target = new Uint8Array(40_000);
      engine.read(block, 0, target);
      expect(target.every((byte) => byte === (i & 255))).toBe(true);
      engine.free(block);
    }
  });

  test('steps in a scope hold it level', () => {
    const weight = randn([16, 8], { requiresGrad: true, device: 'cuda' });
    const { memory } = weight.storage.backend as CudaBackend;
    const x = tensor([[1, 2, 3, 4, 5, 6, 7, 8].flatMap((v) => [v, -v])], { device: 'cuda' });
    let early = 0;
    for (let i = 0; i < 300; i++) {
      scope(() => x.matmul(weight).sigmoid().mean().backward());
      weight.grad?.dispose();
      weight.grad = null;
      if (i === 100) early = memory.reserved;
    }
    expect(memory.reserved).toBe(early);
  });
});
