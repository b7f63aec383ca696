import { describe, expect, test, vi } from 'vitest';
import type { Backend } from '../src/backend/backend.ts';
import { inspectDevice, registerDevice } from '../src/backend/devices.ts';
import { referenceBackend } from '../src/backend/reference/reference.ts';
import { compile, DeviceError, deviceReports, ones, tensor } from '../src/index.ts';

const far: Backend = { ...referenceBackend, name: 'far', device: 'far:0' };
registerDevice('broken', {
  engine: 'first',
  open: () => {
    throw new DeviceError('expected libfirst.so, found nothing');
  },
});
registerDevice('far', { engine: 'far', open: () => far });

describe('devices', () => {
  test('an unknown one is refused with those that exist', () => {
    expect(() => ones([1], { device: 'tpu' })).toThrow(/expected one of auto, cpu.*got tpu/);
    expect(() => ones([1], { device: 'cpu:x' })).toThrow(DeviceError);
  });

  test('one that does not work tells what was checked, and nothing else takes its place', () => {
    expect(() => ones([1], { device: 'broken' })).toThrow(
      'device: expected broken to be available, but first: expected libfirst.so, found nothing',
    );
    const report = deviceReports().find(({ device }) => device === 'broken');
    expect(report).toMatchObject({ available: false, engine: undefined });
    expect(report?.checks).toEqual([{ engine: 'first', result: 'expected libfirst.so, found nothing' }]);
  });

  test('tensors move between them, gradients back', () => {
    const x = tensor([1, 2, 3], { requiresGrad: true });
    const y = x.to('far');
    expect(y.device).toBe('far:0');
    y.square().sum().backward();
    expect(x.grad?.device).toBe('cpu');
    expect(x.grad?.toArray()).toEqual([2, 4, 6]);
  });

  test('operands must share one', () => {
    expect(() => ones([2]).add(ones([2], { device: 'far' }))).toThrow(
      'add: expected all tensors on one device, got cpu and far:0',
    );
  });

  test('auto is CUDA where it works, else the CPU', () => {
    const cuda = deviceReports().some(({ device, available }) => device === 'cuda' && available);
    expect(ones([1], { device: 'auto' }).device).toBe(cuda ? 'cuda:0' : 'cpu');
  });
});

test('compile keeps the results of the function it wraps', () => {
  const step = compile((x: ReturnType<typeof ones>) => x.mul(2).add(1));
  expect(step(ones([2])).toArray()).toEqual([3, 3]);
  expect(step(ones([3])).toArray()).toEqual([3, 3, 3]);
});

describe('what engines answer', () => {
  let isDefect = false;
  registerDevice('told', {
    engine: 'teller',
    open: () => {
      throw new DeviceError('teller: expected silence, got words');
    },
  });
  registerDevice('crash', {
    engine: 'crash',
    open: () => {
      throw isDefect ? new RangeError('a defect') : new DeviceError('not here');
    },
  });
  registerDevice('pair', {
    engine: 'no',
    open: () => {
      throw new DeviceError('not this one');
    },
  });
  registerDevice('pair', {
    engine: 'yes',
    open: () => ({ ...referenceBackend, name: 'yes', device: 'pair:0' }),
  });

  test('names the engine once', () => {
    expect(() => ones([1], { device: 'told' })).toThrow(
      'device: expected told to be available, but teller: expected silence, got words',
    );
    expect(() => inspectDevice('told')).toThrow('teller: expected silence, got words');
  });

  test('is passed on where it is a defect', () => {
    expect(() => ones([1], { device: 'crash' })).toThrow(DeviceError);
    isDefect = true;
    expect(() => ones([1], { device: 'crash' })).toThrow(RangeError);
    isDefect = false;
  });

  test('is asked of one after the other, until one serves', () => {
    expect(ones([1], { device: 'pair' }).device).toBe('pair:0');
    inspectDevice('pair');
    expect(() => inspectDevice('told')).toThrow(DeviceError);
  });

  test('is none of an engine that does not exist', () => {
    vi.stubEnv('KINDLING_BACKEND', 'abacus');
    try {
      expect(() => inspectDevice('cpu')).toThrow(
        /cpu to be available, but abacus: expected KINDLING_BACKEND to be one of .*reference.*, got abacus/,
      );
      inspectDevice('far');
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test('is asked of devices by their name', () => {
    for (const device of ['', 'CPU', 'cpu:', 'cpu:-1', 'cpu:1:2', ' cpu', 7, {}]) {
      expect(() => ones([1], { device: device as never }), String(device)).toThrow(DeviceError);
    }
  });
});
