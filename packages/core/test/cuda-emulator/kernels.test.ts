import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { Emulator, lineOf, missing, results } from './emulator.ts';

const emulator = new Emulator();
const ramp = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => i + 1);
const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0);

describe.skipIf(missing !== undefined)('kernels on the emulator', () => {
  beforeEach(() => emulator.start());
  afterAll(() => emulator.end());

  const run = (kernel: string, grid: number, block: number, n: number, shared = 0): number[] => {
    const x = emulator.upload(ramp(grid * block));
    const out = emulator.upload(new Float32Array(grid * block));
    const shape = { grid: [grid, 1, 1], block: [block, 1, 1], shared } as const;
    expect(emulator.launch(kernel, shape, { x, out, n, factor: 3 }), emulator.message()).toBe(0);
    return emulator.floats(out, grid * block);
  };

  test('threads beyond the data do nothing', () => {
    expect(run('scale', 3, 4, 10)).toEqual([3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 0, 0]);
  });

  test('every thread of a grid in three dimensions runs once', () => {
    const out = emulator.upload(new Float32Array(12 * 24));
    expect(emulator.launch('position', { grid: [2, 3, 2], block: [4, 3, 2] }, { out })).toBe(0);
    const wanted = Array.from({ length: 12 * 24 }, (_, i) => 100 * Math.floor(i / 24) + (i % 24));
    expect(emulator.floats(out, 12 * 24)).toEqual(wanted);
  });

  test.each([1, 32, 100, 256])('a barrier of %i threads lets none pass before all have come', (block) => {
    const got = run('reverseBlock', 2, block, 0);
    const wanted = [...ramp(2 * block)].map((_, i) => (i < block ? block - i : 3 * block - i));
    expect(got).toEqual(wanted);
  });

  test('a tree of barriers over dynamic shared memory', () => {
    const all = [...ramp(512)];
    expect(run('sumBlock', 4, 128, 500, 512).slice(0, 4)).toEqual(
      [0, 1, 2, 3].map((i) => sum(all.slice(0, 500).slice(128 * i, 128 * i + 128))),
    );
  });

  test('warp shuffles and a barrier, with a warp that goes on alone', () => {
    const all = [...ramp(2048)];
    expect(run('sumWarps', 2, 1024, 2048).slice(0, 2)).toEqual([
      sum(all.slice(0, 1024)),
      sum(all.slice(1024)),
    ]);
  });

  test('each lane gets what CUDA gives it', () => {
    const out = emulator.upload(new Float32Array(8 * 32));
    expect(emulator.launch('collectives', { block: [32, 1, 1] }, { out }), emulator.message()).toBe(0);
    const lanes = Array.from({ length: 32 }, (_, lane) => [
      (lane & 24) + 5,
      lane < 3 ? lane : lane - 3,
      (lane & 15) + 3 > 15 ? lane : lane + 3,
      lane ^ 1,
      11,
      2,
      lane < 16 ? 16 : 4,
      710,
    ]);
    expect(emulator.floats(out, 8 * 32)).toEqual(lanes.flat());
  });

  test('a lane that is not there gives no number', () => {
    const out = emulator.upload(new Float32Array(16));
    expect(emulator.launch('absentLane', { block: [16, 1, 1] }, { out })).toBe(0);
    const wanted = Array.from({ length: 16 }, (_, lane) => (lane < 8 ? lane + 8 : Number.NaN));
    expect(emulator.floats(out, 16)).toEqual(wanted);
  });

  test('atomic operations', () => {
    const x = emulator.upload(ramp(512));
    const out = emulator.upload(new Float32Array(6));
    expect(emulator.launch('atomics', { grid: [4, 1, 1], block: [128, 1, 1] }, { x, out })).toBe(0);
    expect(emulator.floats(out, 1)).toEqual([(512 * 513) / 2]);
    expect(emulator.ints(out, 6).slice(1)).toEqual([512, 511, -511, 7, 511]);
  });

  test('threads that have ended are not waited for', () => {
    const got = run('earlyExit', 1, 64, 0);
    expect(sum(got)).toBe(32);
  });

  test('the order of threads can be turned around, which shows a missing barrier', () => {
    const forwards = run('reverseBlockRacing', 1, 32, 0);
    emulator.start({ ORDER: 'reverse' });
    expect(run('reverseBlockRacing', 1, 32, 0)).not.toEqual(forwards);
    expect(run('reverseBlock', 1, 32, 0)).toEqual([...ramp(32)].reverse());
    expect(run('sumWarps', 1, 64, 64)[0]).toBe(sum([...ramp(64)]));
  });

  test('shared memory that was not written is no number', () => {
    const out = emulator.upload(new Float32Array(2));
    const shape = { block: [32, 1, 1], shared: 128 } as const;
    expect(emulator.launch('sharedUnwritten', shape, { out, n: 0 })).toBe(0);
    expect(emulator.floats(out, 2)).toEqual([1, 1]);
    expect(emulator.launch('sharedUnwritten', shape, { out, n: 1 })).toBe(0);
    expect(emulator.floats(out, 2)).toEqual([Number.NaN, Number.NaN]);
  });
});

describe.skipIf(missing !== undefined)('kernels that go wrong', () => {
  beforeEach(() => emulator.start());
  afterAll(() => emulator.end());

  const fail = (kernel: string, block: number, n = 0, shared = 0): string => {
    const x = emulator.upload(ramp(65));
    const out = emulator.upload(ramp(65));
    const code = emulator.launch(kernel, { block: [block, 1, 1], shared }, { x, out, n });
    const message = emulator.message();
    // A broken context stays broken, until it is made anew.
    expect(code).not.toBe(0);
    expect(emulator.call('cuCtxSynchronize', '')).toBe(code);
    expect(emulator.call('cuMemFree_v2', 'p', x)).toBe(code);
    emulator.start();
    emulator.ok('cuCtxSynchronize', '');
    return `${code}: ${message}`;
  };

  test('threads of a block at different barriers', () => {
    const first = lineOf('__syncthreads', 'divergentBarrier');
    const second = lineOf('__syncthreads', '} else {');
    expect(fail('divergentBarrier', 64)).toBe(
      `${results.launchFailed}: kernel divergentBarrier, block (0, 0, 0): not all threads come to the same barrier` +
        `; threads 0-31 wait at __syncthreads (kernels.cu:${first}); threads 32-63 wait at __syncthreads (kernels.cu:${second})`,
    );
  });

  test('threads that wait for one another', () => {
    expect(fail('deadlock', 33)).toMatch(
      /^719: kernel deadlock, block \(0, 0, 0\): threads wait for others that never come; threads 0-2, 4-31 wait at a warp shuffle with mask 0xffffffff \(kernels.cu:\d+\); threads 3 wait at __syncthreads \(kernels.cu:\d+\); threads 32 have ended$/,
    );
  });

  test('what was abandoned does not disturb the next launch', () => {
    fail('deadlock', 32);
    const x = emulator.upload(ramp(256));
    const out = emulator.allocate(1024);
    expect(emulator.launch('reverseBlock', { block: [256, 1, 1] }, { x, out })).toBe(0);
    expect(emulator.floats(out, 256)).toEqual([...ramp(256)].reverse());
  });

  test('a write just beyond an allocation', () => {
    expect(fail('overrun', 1, 65)).toMatch(
      /^700: kernel overrun: bytes after allocation \d+ \(260 bytes, cuMemAlloc\) were written/,
    );
    expect(fail('overrun', 1, 128)).toMatch(
      /^700: kernel overrun, .*: access to an address that it may not touch \(byte 512 of allocation \d+ \(260 bytes, cuMemAlloc\)\)/,
    );
  });

  test('a write just before an allocation', () => {
    expect(fail('overrun', 1, -1)).toMatch(
      /^700: kernel overrun: bytes before allocation \d+ \(260 bytes, cuMemAlloc\) were written/,
    );
  });

  test('a read far from every allocation', () => {
    expect(fail('wild', 8, 1 << 30)).toMatch(
      /^700: kernel wild, block \(0, 0, 0\), thread \(5, 0, 0\): access to an address that it may not touch/,
    );
  });

  test('memory that has been freed', () => {
    const out = emulator.upload(ramp(4));
    emulator.ok('cuMemFree_v2', 'p', out);
    expect(emulator.launch('scale', { block: [1, 1, 1] }, { x: out, out, n: 1 })).toBe(
      results.illegalAddress,
    );
    expect(emulator.message()).toMatch(
      /byte 0 of allocation \d+ \(16 bytes, cuMemAlloc\), which has been freed/,
    );
  });

  test('dynamic shared memory that is too small', () => {
    expect(fail('sharedOverrun', 1, 64, 256)).toMatch(/^700: kernel sharedOverrun/);
  });

  test('a trap', () => {
    expect(fail('trapped', 4, 3)).toBe(
      `719: kernel trapped, block (0, 0, 0), thread (2, 0, 0): __trap (kernels.cu:${lineOf('__trap')})`,
    );
  });

  test('a stack that overflows', () => {
    expect(fail('overflow', 1, 100_000)).toMatch(
      /^700: kernel overflow, block \(0, 0, 0\), thread \(0, 0, 0\)/,
    );
  });
});
