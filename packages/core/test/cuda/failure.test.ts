import { afterEach, describe, expect, test } from 'vitest';
import { Storage, type View } from '../../src/backend/backend.ts';
import { compile, DeviceError, ShapeError, scope, tensor, zeros } from '../../src/index.ts';
import { copyInto } from '../../src/ops/launch.ts';
import { openBackend, openDriver } from './engine.ts';

const device = 'cuda';
const index = (...values: number[]) => tensor(values, { dtype: 'int32', device });

afterEach(() => {
  openDriver({});
});

describe('values that a kernel cannot take are told at the next reading', () => {
  const x = () => tensor([1, 2, 3], { device });

  test('an index', () => {
    const bad = x().indexSelect(0, index(0, 3));
    expect(() => bad.data()).toThrow(ShapeError);
    const again = x().indexSelect(0, index(-1));
    expect(() => again.data()).toThrow('indexSelect: expected indices in [0, 2], got -1');
    expect(x().indexSelect(0, index(2)).toArray()).toEqual([3]);
  });

  test('the first of several', () => {
    const first = x().gather(0, index(5));
    const second = x().indexSelect(0, index(9));
    expect(() => second.data()).toThrow('gather: expected indices in [0, 2], got 5');
    expect(() => first.data()).not.toThrow();
  });

  test('an index in a replay', () => {
    const pick = compile((values: ReturnType<typeof x>, at: ReturnType<typeof x>) =>
      values.indexSelect(0, at),
    );
    const values = x();
    for (let i = 0; i < 6; i++) expect(pick(values, index(i % 3)).toArray()).toEqual([(i % 3) + 1]);
    expect(pick.replays).toBeGreaterThan(0);
    expect(() => pick(values, index(7)).toArray()).toThrow('indexSelect: expected indices in [0, 2], got 7');
    expect(pick(values, index(0)).toArray()).toEqual([1]);
  });
});

/** A view on a backend of its own. */
function viewOn(backend: ReturnType<typeof openBackend>): View {
  const storage = new Storage(backend, 64);
  storage.retain();
  return { storage, dtype: 'float32', shape: [16], strides: [1], offset: 0 };
}

describe('a GPU that fails', () => {
  test('a launch that is refused names the kernel', () => {
    const backend = openBackend({ DEVICES: '2', FAIL: 'cuLaunchKernel:2=701' }, 1);
    const view = viewOn(backend);
    copyInto(view, 1);
    expect(() => copyInto(view, 2)).toThrow(
      /^CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES \(701\) in cuLaunchKernel: .*; the kernel is \w+/,
    );
    copyInto(view, 3);
    const read = new Float32Array(16);
    backend.read(view.storage.handle, 0, new Uint8Array(read.buffer));
    expect(read.every((x) => x === 3)).toBe(true);
    view.storage.release();
    backend.close();
  });

  test('one that is lost makes every call fail with a DeviceError', () => {
    const backend = openBackend({ DEVICES: '2', FAIL: 'cuStreamSynchronize:2=719' }, 1);
    const view = viewOn(backend);
    const target = new Uint8Array(64);
    copyInto(view, 1);
    backend.read(view.storage.handle, 0, target);
    expect(() => backend.read(view.storage.handle, 0, target)).toThrow(
      /^CUDA_ERROR_LAUNCH_FAILED \(719\) in cuStreamSynchronize: .*; the kernel launched last is \w+; with CUDA_LAUNCH_BLOCKING=1/,
    );
    expect(() => copyInto(view, 2)).toThrow(DeviceError);
    // Another GPU is not concerned.
    expect(scope(() => zeros([2], { device }).add(1).toArray())).toEqual([1, 1]);
  });
});
