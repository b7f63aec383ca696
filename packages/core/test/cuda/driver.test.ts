import { afterEach, describe, expect, test, vi } from 'vitest';
import { Driver } from '../../src/backend/cuda/driver.ts';
import { DeviceError, deviceReports } from '../../src/index.ts';
import { openBackend, openDriver } from './engine.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  openDriver({});
});

describe('what is missing is said, with what to do', () => {
  test('no library', () => {
    vi.stubEnv('KINDLING_CUDA_LIBRARY', '/nowhere/libcuda.so');
    expect(() => new Driver()).toThrow(
      /^cuda: expected KINDLING_CUDA_LIBRARY to name the driver's library, tried \/nowhere\/libcuda.so \(.+\)/,
    );
    vi.stubEnv('KINDLING_CUDA_LIBRARY', '');
    // Where there is a driver, this opens it.
    try {
      new Driver();
    } catch (error) {
      expect(error).toBeInstanceOf(DeviceError);
      expect(String(error)).toMatch(/tried .*; install the driver|finds none|NVIDIA has no driver/);
    }
  });

  test('a library that is no driver', () => {
    vi.stubEnv('KINDLING_CUDA_LIBRARY', 'libm.so.6');
    expect(() => new Driver()).toThrow(
      /expected libm.so.6 to be the library of an NVIDIA driver for CUDA 12.0 or newer, got .*cuGetErrorName/,
    );
  });

  test('no GPU', () => {
    expect(() => openDriver({ DEVICES: '0' })).toThrow(
      'cuda: expected an NVIDIA GPU, but the driver (CUDA 12.4) finds none; check whether nvidia-smi lists one',
    );
    vi.stubEnv('CUDA_VISIBLE_DEVICES', '7');
    expect(() => openDriver({ DEVICES: '0' })).toThrow('whether CUDA_VISIBLE_DEVICES=7 hides it');
  });

  test('an old driver', () => {
    expect(() => openDriver({ DRIVER: '11040' })).toThrow(
      'cuda: expected an NVIDIA driver for CUDA 12.0 or newer, got one for CUDA 11.4; install driver 525 or newer',
    );
  });

  test('an old GPU, and one that is not there', () => {
    expect(() => openBackend({ CAPABILITY: '61' })).toThrow(
      /expected a GPU of compute capability 7.5 or higher, got .*compute capability 6.1/,
    );
    expect(() => openBackend({ DEVICES: '2' }, 2)).toThrow('cuda: expected a GPU index in [0, 1], got 2');
  });

  test('a driver call that fails is named, with its error', () => {
    expect(() => openBackend({ FAIL: 'cuStreamCreate:1=2' })).toThrow(
      /^CUDA_ERROR_OUT_OF_MEMORY \(2\) in cuStreamCreate: \S/,
    );
  });
});

test('reports list each GPU with what it is', () => {
  openDriver({ DEVICES: '2' });
  const found = deviceReports().filter(({ device }) => device.startsWith('cuda'));
  expect(found.map(({ device, available, engine }) => [device, available, engine])).toEqual([
    ['cuda', true, 'cuda'],
    ['cuda:1', true, 'cuda'],
  ]);
  for (const { checks } of found) {
    expect(checks[0]?.result).toMatch(/\(compute capability 8\.0, 4\.0 GiB, driver for CUDA 12\.4\)$/);
  }
});
