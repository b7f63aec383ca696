import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { Emulator, missing, results } from './emulator.ts';

const emulator = new Emulator();
const nonBlocking = 1;
const global = 0;
const relaxed = 2;

describe.skipIf(missing !== undefined)('captures and graphs of the emulator', () => {
  let stream = 0n;

  beforeEach(() => {
    emulator.start();
    stream = emulator.make('cuStreamCreate', 'u', nonBlocking);
  });
  afterAll(() => emulator.end());

  const begin = (mode = global): void => emulator.ok('cuStreamBeginCapture_v2', 'pi', stream, mode);
  const status = (): number => {
    const value = new Int32Array(1);
    emulator.ok('cuStreamIsCapturing', 'pa', stream, value);
    return value[0]!;
  };
  const end = (): bigint => {
    const graph = new BigUint64Array(1);
    emulator.ok('cuStreamEndCapture', 'pa', stream, graph);
    return graph[0]!;
  };
  const instantiate = (graph: bigint, flags = 0): bigint =>
    emulator.make('cuGraphInstantiateWithFlags', 'pp', graph, flags);

  const scale = (x: bigint, out: bigint, factor: number): number =>
    emulator.launch('scale', { block: [4, 1, 1], stream }, { x, out, n: 4, factor });

  test('what is captured runs at launches alone, in order, with the parameters of then', () => {
    const x = emulator.upload(new Float32Array([1, 2, 3, 4]));
    const out = emulator.upload(new Float32Array(4));
    const kernel = emulator.kernel('scale');
    begin();
    expect(status()).toBe(1);
    expect(emulator.launch(kernel, { block: [4, 1, 1], stream }, { x, out, n: 4, factor: 2 })).toBe(0);
    expect(emulator.launch(kernel, { block: [4, 1, 1], stream }, { x: out, out: x, n: 4, factor: 1 })).toBe(
      0,
    );
    emulator.ok('cuMemsetD8Async', 'pupp', out, 0, 4, stream);
    const graph = end();
    expect(status()).toBe(0);
    expect(emulator.floats(out, 4)).toEqual([0, 0, 0, 0]);

    const count = new BigUint64Array(1);
    emulator.ok('cuGraphGetNodes', 'ppa', graph, 0n, count);
    expect(count[0]).toBe(3n);
    const exec = instantiate(graph);
    emulator.ok('cuGraphDestroy', 'p', graph);
    for (let i = 0; i < 3; i++) emulator.ok('cuGraphLaunch', 'pp', exec, stream);
    expect(emulator.floats(x, 4)).toEqual([8, 16, 24, 32]);
    expect(emulator.floats(out, 4)).toEqual([0, 16, 24, 32]);
    emulator.ok('cuGraphExecDestroy', 'p', exec);
    expect(emulator.call('cuGraphLaunch', 'pp', exec, stream)).toBe(results.invalidHandle);
  });

  test('a copy from the host reads what lies there at the launch', () => {
    const host = emulator.make('cuMemAllocHost_v2', 'p', 4);
    const device = emulator.allocate(4);
    begin();
    emulator.ok('cuMemcpyHtoDAsync_v2', 'pppp', device, host, 4, stream);
    const exec = instantiate(end());
    emulator.ok('cuMemcpyDtoHAsync_v2', 'pppp', host, emulator.upload(new Float32Array([7])), 4, stream);
    emulator.ok('cuGraphLaunch', 'pp', exec, stream);
    expect(emulator.floats(device, 1)).toEqual([7]);
  });

  test('memory that a graph allocates is there from its launch until it is freed', () => {
    const x = emulator.upload(new Float32Array([1, 2, 3, 4]));
    const out = emulator.upload(new Float32Array(4));
    emulator.kernel('scale');
    begin();
    const own = emulator.make('cuMemAllocAsync', 'pp', 16, stream);
    scale(x, own, 3);
    scale(own, out, 2);
    emulator.ok('cuMemFreeAsync', 'pp', own, stream);
    const exec = instantiate(end());
    expect(emulator.call('cuMemcpyDtoH_v2', 'app', new Float32Array(4), own, 16)).toBe(results.invalidValue);
    for (let i = 0; i < 2; i++) emulator.ok('cuGraphLaunch', 'pp', exec, stream);
    expect(emulator.floats(out, 4)).toEqual([6, 12, 18, 24]);
  });

  test('a graph whose memory was not freed runs again only where it frees first', () => {
    begin();
    const own = emulator.make('cuMemAllocAsync', 'pp', 16, stream);
    const graph = end();
    const exec = instantiate(graph);
    emulator.ok('cuGraphLaunch', 'pp', exec, stream);
    emulator.ok('cuMemcpyDtoH_v2', 'app', new Float32Array(4), own, 16);
    expect(emulator.call('cuGraphLaunch', 'pp', exec, stream)).toBe(results.invalidValue);
    emulator.ok('cuMemFreeAsync', 'pp', own, stream);
    emulator.ok('cuGraphLaunch', 'pp', exec, stream);
    emulator.ok('cuGraphLaunch', 'pp', instantiate(graph, 1), stream);
  });

  test('memory from before a capture cannot be freed in it', () => {
    const before = emulator.make('cuMemAllocAsync', 'pp', 16, stream);
    begin();
    expect(emulator.call('cuMemFreeAsync', 'pp', before, stream)).toBe(results.invalidValue);
    end();
  });

  test.each<[string, string, () => readonly (bigint | number | ArrayBufferView)[]]>([
    ['cuMemAlloc_v2', 'ap', () => [new BigUint64Array(1), 16]],
    ['cuMemAllocHost_v2', 'ap', () => [new BigUint64Array(1), 16]],
    ['cuMemcpyDtoH_v2', 'app', () => [new Float32Array(1), 0n, 4]],
    ['cuStreamSynchronize', 'p', () => [stream]],
    ['cuCtxSynchronize', '', () => []],
  ])('%s ends a capture', (name, letters, parameters) => {
    const x = emulator.upload(new Float32Array(4));
    emulator.kernel('scale');
    begin();
    expect(emulator.call(name, letters, ...parameters())).toBe(results.captureUnsupported);
    expect(status()).toBe(2);
    expect(scale(x, x, 1)).toBe(results.captureInvalidated);
    const graph = new BigUint64Array([1n]);
    expect(emulator.call('cuStreamEndCapture', 'pa', stream, graph)).toBe(results.captureInvalidated);
    expect(graph[0]).toBe(0n);
    expect(status()).toBe(0);
    expect(scale(x, x, 1)).toBe(0);
  });

  test('a relaxed capture lets other memory be allocated', () => {
    begin(relaxed);
    emulator.allocate(16);
    expect(emulator.call('cuStreamSynchronize', 'p', stream)).toBe(results.captureUnsupported);
  });

  test('the default stream may not be used while a stream captures that waits for it', () => {
    const waiting = emulator.make('cuStreamCreate', 'u', 0);
    const device = emulator.allocate(16);
    emulator.ok('cuStreamBeginCapture_v2', 'pi', waiting, global);
    expect(emulator.call('cuMemsetD8Async', 'pupp', device, 0, 4, 0)).toBe(results.captureImplicit);
    expect(emulator.call('cuStreamEndCapture', 'pa', waiting, new BigUint64Array(1))).toBe(
      results.captureInvalidated,
    );
  });

  test('captures begin and end once', () => {
    const graph = new BigUint64Array(1);
    expect(emulator.call('cuStreamEndCapture', 'pa', stream, graph)).toBe(results.illegalState);
    begin();
    expect(emulator.call('cuStreamBeginCapture_v2', 'pi', stream, global)).toBe(results.illegalState);
    end();
    expect(emulator.call('cuStreamBeginCapture_v2', 'pi', 0n, global)).toBe(results.captureUnsupported);
  });

  test('events measure time', () => {
    const from = emulator.make('cuEventCreate', 'u', 0);
    const to = emulator.make('cuEventCreate', 'u', 0);
    const milliseconds = new Float32Array([-1]);
    expect(emulator.call('cuEventElapsedTime', 'app', milliseconds, from, to)).toBe(results.invalidHandle);
    emulator.ok('cuEventRecord', 'pp', from, stream);
    emulator.ok('cuMemsetD8Async', 'pupp', emulator.allocate(16), 0, 16, stream);
    emulator.ok('cuEventRecord', 'pp', to, stream);
    emulator.ok('cuEventSynchronize', 'p', to);
    emulator.ok('cuEventElapsedTime', 'app', milliseconds, from, to);
    expect(milliseconds[0]).toBeGreaterThanOrEqual(0);
    emulator.ok('cuEventDestroy_v2', 'p', from);
    expect(emulator.call('cuEventRecord', 'pp', from, stream)).toBe(results.invalidHandle);
  });
});
