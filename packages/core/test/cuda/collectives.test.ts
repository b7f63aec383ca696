import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CudaBackend } from '../../src/backend/cuda/backend.ts';
import type { StreamCollective } from '../../src/backend/stream-collectives.ts';
import { compile, KindlingError, type Tensor, tensor } from '../../src/index.ts';
import { runCollective, streamCollectivesOf } from '../../src/stream-collective.ts';
import { openBackend, openDriver } from './engine.ts';

const device = 'cuda';
const check = vi.fn();
const communicator = { check };

/** Zeroes the lower half of each float, and counts how often it is enqueued. */
function truncation(x: Tensor): StreamCollective & { readonly counts: number[] } {
  const { driver } = x.storage.backend as CudaBackend;
  const counts: number[] = [];
  return {
    communicator,
    dtype: 'float32',
    counts,
    enqueue: (address, count, stream) => {
      counts.push(count);
      for (let i = 0; i < count; i++)
        driver.check(driver.api.cuMemsetD8Async(address + 4 * i, 0, 2, stream), 'cuMemsetD8Async');
    },
  };
}
const truncated = (value: number): number => {
  const bits = new Uint32Array(Float32Array.of(value).buffer);
  bits[0] = bits[0]! & 0xffff0000;
  return new Float32Array(bits.buffer)[0]!;
};

beforeEach(() => void check.mockReset());
afterEach(() => {
  openDriver({});
});

describe('operations of a library on the stream', () => {
  test('come in the order of kernels, and again in each replay', () => {
    const x = tensor([1.1, 2.2, 3.3], { device });
    const collective = truncation(x);
    const step = compile((values: Tensor) => {
      const y = values.mul(3);
      runCollective(y, collective);
      return y.add(1);
    });
    for (let i = 1; i <= 6; i++) {
      const given = tensor([1.1 * i, 2.2, 3.3], { device });
      const expected = [1.1 * i, 2.2, 3.3].map((v) =>
        Math.fround(truncated(Math.fround(Math.fround(v) * 3)) + 1),
      );
      expect(step(given).toArray()).toEqual(expected);
    }
    expect(step.replays).toBeGreaterThan(0);
    // The first call, captured ones, and the graph; not each replay.
    expect(collective.counts.length).toBeLessThan(6);
    streamCollectivesOf(x)!.release(communicator);
    expect(() => step(x)).toThrow('expected the process group that was there when the step was recorded');
    expect(() => step(x)).toThrow(KindlingError);
  });

  test('are refused for another dtype, and where memory has gaps', () => {
    const x = tensor([1, 2], { device });
    const collective = truncation(x);
    const whole = tensor([1, 2], { device, dtype: 'int32' });
    expect(() => runCollective(whole, collective)).toThrow(
      'expected an operation on int32 that is registered',
    );
    const gaps = tensor([[1], [2]], { device }).expand([2, 2]);
    expect(() => runCollective(gaps, collective)).toThrow('expected a tensor without gaps on a GPU');
    streamCollectivesOf(x)!.release(communicator);
  });
});

test('while the host waits for the GPU, a communicator that fails ends the wait', () => {
  const backend = openBackend({ DEVICES: '2', FAIL: 'cuStreamQuery:1=600' }, 1);
  backend.collectives.register({ communicator, dtype: 'float32', enqueue: () => {} });
  check.mockImplementationOnce(() => {
    throw new KindlingError('process 1 has gone');
  });
  expect(() => backend.synchronize()).toThrow('process 1 has gone');
  expect(() => backend.synchronize()).not.toThrow();
  backend.collectives.release(communicator);
  const before = check.mock.calls.length;
  backend.synchronize();
  expect(check.mock.calls.length).toBe(before);
  backend.close();
});
