import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { Emulator, missing, results } from './emulator.ts';

const emulator = new Emulator();

describe.skipIf(missing !== undefined)('memory of the emulator', () => {
  beforeEach(() => emulator.start({ MEMORY: '1048576' }));
  afterAll(() => emulator.end());

  const free = (): number => {
    const free = new BigUint64Array(1);
    const total = new BigUint64Array(1);
    emulator.ok('cuMemGetInfo_v2', 'aa', free, total);
    expect(total[0]).toBe(1048576n);
    return Number(free[0]);
  };

  test('is no number before it is written', () => {
    expect(emulator.floats(emulator.allocate(12), 3)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test('begins at multiples of 256', () => {
    for (const bytes of [1, 255, 256, 4097]) expect(emulator.allocate(bytes) % 256n).toBe(0n);
  });

  test('runs out', () => {
    const first = emulator.allocate(1 << 19);
    expect(free()).toBe(1 << 19);
    const address = new BigUint64Array(1);
    expect(emulator.call('cuMemAlloc_v2', 'ap', address, (1 << 19) + 1)).toBe(results.outOfMemory);
    expect(emulator.message()).toBe('cuMemAlloc: 524289 bytes asked for, 524288 of 1048576 in use');
    emulator.ok('cuMemFree_v2', 'p', first);
    expect(free()).toBe(1 << 20);
    emulator.ok('cuMemAlloc_v2', 'ap', address, (1 << 19) + 1);
  });

  test('of no bytes is refused', () => {
    const address = new BigUint64Array(1);
    expect(emulator.call('cuMemAlloc_v2', 'ap', address, 0)).toBe(results.invalidValue);
    expect(emulator.call('cuMemAllocAsync', 'app', address, 0, 0)).toBe(results.invalidValue);
  });

  test('is copied within allocations alone', () => {
    const device = emulator.upload(new Float32Array([1, 2, 3, 4]));
    const values = new Float32Array(8);
    expect(emulator.call('cuMemcpyDtoH_v2', 'app', values, device, 17)).toBe(results.invalidValue);
    expect(emulator.message()).toMatch(
      /cuMemcpyDtoH: expected 17 bytes in one allocation, got byte 0 of allocation \d+ \(16 bytes/,
    );
    expect(emulator.call('cuMemcpyDtoH_v2', 'app', values, device + 4n, 16)).toBe(results.invalidValue);
    expect(emulator.call('cuMemcpyHtoD_v2', 'pap', 4096n, values, 4)).toBe(results.invalidValue);
    expect(emulator.call('cuMemcpyHtoD_v2', 'ppp', device, device, 4)).toBe(results.invalidValue);
    expect(emulator.message()).toBe('cuMemcpyHtoD: expected host memory, got device memory');
    emulator.ok('cuMemcpyDtoH_v2', 'app', values, device + 4n, 12);
    expect([...values.slice(0, 4)]).toEqual([2, 3, 4, 0]);
    emulator.ok('cuMemFree_v2', 'p', device);
    expect(emulator.call('cuMemcpyDtoH_v2', 'app', values, device, 4)).toBe(results.invalidValue);
    expect(emulator.message()).toMatch('which has been freed');
  });

  test('is filled and copied on the device', () => {
    const device = emulator.upload(new Float32Array([1, 2, 3, 4]));
    emulator.ok('cuMemsetD8Async', 'pupp', device + 4n, 0, 4, 0);
    emulator.ok('cuMemcpyDtoDAsync_v2', 'pppp', device + 8n, device, 8, 0);
    expect(emulator.floats(device, 4)).toEqual([1, 0, 1, 0]);
    expect(emulator.call('cuMemsetD8Async', 'pupp', device, 0, 17, 0)).toBe(results.invalidValue);
  });

  test('is freed once, at its first byte', () => {
    const device = emulator.allocate(64);
    expect(emulator.call('cuMemFree_v2', 'p', device + 8n)).toBe(results.invalidValue);
    emulator.ok('cuMemFree_v2', 'p', device);
    expect(emulator.call('cuMemFree_v2', 'p', device)).toBe(results.invalidValue);
    emulator.ok('cuMemFree_v2', 'p', 0n);
  });

  test('of a pool is kept for the pool until a synchronisation or a trim', () => {
    const pool = emulator.make('cuDeviceGetDefaultMemPool', 'i', 0);
    const stream = emulator.make('cuStreamCreate', 'u', 1);
    const first = emulator.make('cuMemAllocAsync', 'pp', 1000, stream);
    expect(free()).toBe((1 << 20) - 1024);
    emulator.ok('cuMemFreeAsync', 'pp', first, stream);
    expect(free()).toBe((1 << 20) - 1024);
    emulator.ok('cuStreamSynchronize', 'p', stream);
    expect(free()).toBe(1 << 20);

    emulator.ok('cuMemPoolSetAttribute', 'pia', pool, 4, new BigUint64Array([2n ** 64n - 1n]));
    const second = emulator.make('cuMemAllocAsync', 'pp', 4096, stream);
    emulator.ok('cuMemFreeAsync', 'pp', second, stream);
    emulator.ok('cuStreamSynchronize', 'p', stream);
    expect(free()).toBe((1 << 20) - 4096);
    emulator.ok('cuMemPoolTrimTo', 'pp', pool, 0);
    expect(free()).toBe(1 << 20);
  });

  test('that a pool only keeps is given back where it is needed', () => {
    const pool = emulator.make('cuDeviceGetDefaultMemPool', 'i', 0);
    emulator.ok('cuMemPoolSetAttribute', 'pia', pool, 4, new BigUint64Array([2n ** 64n - 1n]));
    emulator.ok('cuMemFreeAsync', 'pp', emulator.make('cuMemAllocAsync', 'pp', 1 << 20, 0), 0);
    const address = emulator.make('cuMemAllocAsync', 'pp', 1 << 19, 0);
    expect(free()).toBe(0);
    emulator.allocate(1 << 19);
    const result = new BigUint64Array(1);
    expect(emulator.call('cuMemAllocAsync', 'app', result, 1, 0)).toBe(results.outOfMemory);
    emulator.ok('cuMemFreeAsync', 'pp', address, 0);
    emulator.ok('cuMemAllocAsync', 'app', result, 1, 0);
  });

  test('of the host does not count, and is checked as any other', () => {
    const host = emulator.make('cuMemAllocHost_v2', 'p', 4 << 20);
    expect(free()).toBe(1 << 20);
    const device = emulator.upload(new Float32Array([1, 2]));
    emulator.ok('cuMemcpyDtoHAsync_v2', 'pppp', host, device, 8, 0);
    emulator.ok('cuMemcpyHtoDAsync_v2', 'pppp', device + 4n, host, 4, 0);
    expect(emulator.floats(device, 2)).toEqual([1, 1]);
    expect(emulator.call('cuMemFree_v2', 'p', host)).toBe(results.invalidValue);
    emulator.ok('cuMemFreeHost', 'p', host);
    expect(emulator.call('cuMemFreeHost', 'p', host)).toBe(results.invalidValue);
  });
});
