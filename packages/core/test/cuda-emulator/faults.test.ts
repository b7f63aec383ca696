import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { build, Emulator, library, lineOf, missing, ptx, results } from './emulator.ts';

const emulator = new Emulator();
const oneLaunch = fileURLToPath(new URL('one-launch.mjs', import.meta.url));
afterAll(() => emulator.end());

describe.skipIf(missing !== undefined)('the emulated driver', () => {
  beforeEach(() => emulator.start());

  test('tells what its device is', () => {
    const name = Buffer.alloc(64);
    emulator.ok('cuDeviceGetName', 'aii', name, 64, 0);
    expect(name.toString().replace(/\0.*/s, '')).toBe('Kindling emulated device');
    const attribute = (which: number): number => {
      const value = new Int32Array(1);
      emulator.ok('cuDeviceGetAttribute', 'aii', value, which, 0);
      return value[0]!;
    };
    const [major, minor, multiprocessors, shared] = [75, 76, 16, 97];
    expect([major, minor, multiprocessors, shared].map(attribute)).toEqual([8, 0, 4, 163 << 10]);
    const version = new Int32Array(1);
    emulator.ok('cuDriverGetVersion', 'a', version);
    expect(version[0]).toBe(12040);
  });

  test('names its errors', () => {
    expect(emulator.errorText('cuGetErrorName', 2)).toBe('CUDA_ERROR_OUT_OF_MEMORY');
    expect(emulator.errorText('cuGetErrorString', 700)).toBe('an illegal memory access was encountered');
    expect(emulator.errorText('cuGetErrorName', 12345)).toBe(null);
  });

  test('has as many devices as it is told', () => {
    const count = new Int32Array(1);
    emulator.start({ DEVICES: '2' });
    emulator.ok('cuDeviceGetCount', 'a', count);
    expect(count[0]).toBe(2);
    emulator.ok('cuDeviceGet', 'ai', count, 1);
    expect(emulator.call('cuDeviceGet', 'ai', count, 2)).toBe(results.invalidDevice);
    emulator.end();
    process.env.KINDLING_EMULATOR_DEVICES = '0';
    expect(emulator.call('cuInit', 'u', 0)).toBe(results.noDevice);
    expect(emulator.call('cuDeviceGetCount', 'a', count)).toBe(results.notInitialized);
  });

  test('keeps devices apart', () => {
    emulator.start({ DEVICES: '2' });
    const stream = emulator.make('cuStreamCreate', 'u', 0);
    const kernel = emulator.kernel('scale');
    const other = emulator.make('cuDevicePrimaryCtxRetain', 'i', 1);
    emulator.ok('cuCtxSetCurrent', 'p', other);
    expect(emulator.call('cuStreamSynchronize', 'p', stream)).toBe(results.invalidHandle);
    expect(emulator.launch(kernel, { block: [1, 1, 1] }, {})).toBe(results.invalidContext);
    emulator.ok('cuDevicePrimaryCtxRelease_v2', 'i', 1);
    expect(emulator.call('cuCtxSynchronize', '')).toBe(results.invalidContext);
  });
});

describe.skipIf(missing !== undefined)('modules of the emulated driver', () => {
  beforeEach(() => emulator.start());

  test.each([
    ['no PTX', 'hello', results.invalidImage, 'cuModuleLoadData: expected PTX that begins with .version'],
    [
      'PTX for another device',
      ptx([], { target: 'sm_90' }),
      results.invalidPtx,
      'PTX for compute capability 9.0, the device has 8.0',
    ],
    [
      'newer PTX',
      ptx([], { version: '8.5' }),
      results.unsupportedPtxVersion,
      'PTX 8.5 needs driver 12050, this is 12040',
    ],
  ])('%s is refused', (_, text, code, message) => {
    const module = new BigUint64Array(1);
    const log = Buffer.alloc(40);
    const options = new Int32Array([5, 6]);
    const values = new BigUint64Array([emulator.addressOf(log), BigInt(log.byteLength)]);
    expect(emulator.call('cuModuleLoadDataEx', 'asuaa', module, text, 2, options, values)).toBe(code);
    expect(emulator.message()).toContain(message);
    expect(log.toString()).toBe(`${emulator.message().slice(0, 39)}\0`);
    expect(module[0]).toBe(0n);
  });

  test('kernels are found that the module names and the emulator has', () => {
    const found = new BigUint64Array(1);
    const module = emulator.load(ptx(['scale', 'unheardOf']));
    emulator.ok('cuModuleGetFunction', 'aps', found, module, 'scale');
    expect(emulator.call('cuModuleGetFunction', 'aps', found, module, 'position')).toBe(results.notFound);
    expect(emulator.call('cuModuleGetFunction', 'aps', found, module, 'unheardOf')).toBe(results.notFound);
    expect(emulator.message()).toContain('unheardOf is not compiled into the emulator');
    const kernel = found[0]!;
    emulator.ok('cuModuleUnload', 'p', module);
    expect(emulator.launch(kernel, { block: [1, 1, 1] }, {})).toBe(results.invalidHandle);
  });

  test('a struct of another size in PTX than in the emulator is told', () => {
    const module = emulator.load(ptx(['scale'], { bytes: 32 }));
    expect(emulator.call('cuModuleGetFunction', 'aps', new BigUint64Array(1), module, 'scale')).toBe(
      results.invalidImage,
    );
    expect(emulator.message()).toContain(
      'scale takes 1 parameters of 32 bytes in PTX, 1 of 24 in the emulator',
    );
  });

  test('what a kernel needs is read from its PTX', () => {
    const module = emulator.load(ptx(['scale'], { shared: 40 << 10, bounds: '.maxntid 64, 2, 1' }));
    const scale = emulator.make('cuModuleGetFunction', 'ps', module, 'scale');
    const attribute = (which: number): number => {
      const value = new Int32Array(1);
      emulator.ok('cuFuncGetAttribute', 'aip', value, which, scale);
      return value[0]!;
    };
    const [threads, shared, dynamic] = [0, 1, 8];
    expect([threads, shared, dynamic].map(attribute)).toEqual([128, 40 << 10, 8 << 10]);

    const launch = (block: number, bytes: number): number =>
      emulator.launch(scale, { block: [block, 1, 1], shared: bytes }, {});
    expect(launch(128, 8 << 10)).toBe(0);
    expect(launch(129, 0)).toBe(results.invalidValue);
    expect(emulator.message()).toContain('expected a block of at most 128 threads, got [129, 1, 1]');
    expect(launch(128, (8 << 10) + 1)).toBe(results.invalidValue);
    emulator.ok('cuFuncSetAttribute', 'pii', scale, dynamic, 123 << 10);
    expect(launch(128, 123 << 10)).toBe(0);
    expect(emulator.call('cuFuncSetAttribute', 'pii', scale, dynamic, (123 << 10) + 1)).toBe(
      results.invalidValue,
    );
  });

  test.each<[readonly [number, number, number], readonly [number, number, number]]>([
    [
      [0, 1, 1],
      [1, 1, 1],
    ],
    [
      [1, 65536, 1],
      [1, 1, 1],
    ],
    [
      [1, 1, 1],
      [1025, 1, 1],
    ],
    [
      [1, 1, 1],
      [32, 33, 1],
    ],
    [
      [1, 1, 1],
      [1, 1, 65],
    ],
    [
      [1, 1, 1],
      [0, 1, 1],
    ],
  ])('a grid of %j with blocks of %j is refused', (grid, block) => {
    expect(emulator.launch('position', { grid, block }, {})).toBe(results.invalidValue);
  });
});

describe.skipIf(missing !== undefined)('faults that the environment asks for', () => {
  test('come at the call that was named, once', () => {
    emulator.start({ FAIL: 'cuMemAlloc:3=2,cuStreamCreate:1=999' });
    emulator.allocate(16);
    emulator.allocate(16);
    const address = new BigUint64Array(1);
    expect(emulator.call('cuMemAlloc_v2', 'ap', address, 16)).toBe(results.outOfMemory);
    expect(address[0]).toBe(0n);
    emulator.allocate(16);
    expect(emulator.call('cuStreamCreate', 'au', address, 0)).toBe(999);
  });

  test('break the context where they break that of a real device', () => {
    emulator.start({ FAIL: 'cuLaunchKernel:2=719' });
    const out = emulator.allocate(16);
    const launch = () => emulator.launch('position', { block: [4, 1, 1] }, { out });
    expect([launch(), launch(), launch()]).toEqual([0, 719, 719]);
    expect(emulator.call('cuCtxSynchronize', '')).toBe(results.launchFailed);
    emulator.start();
    emulator.allocate(16);
  });

  test('what is not freed is listed at the end of the process, where that is asked for', () => {
    const run = (leaks: string) => {
      const env = { ...process.env, KINDLING_EMULATOR_LEAKS: leaks };
      return spawnSync(process.execPath, [oneLaunch, library, 'scale', '64'], { encoding: 'utf8', env });
    };
    expect(run('1')).toMatchObject({
      status: 0,
      stderr: [
        'cuda emulator: leaked:',
        '  allocation 1 (256 bytes, cuMemAlloc)',
        '  allocation 2 (260 bytes, cuMemAlloc)',
        '  1 modules',
        '',
      ].join('\n'),
    });
    expect(run('0')).toMatchObject({ status: 0, stderr: '' });
  });
});

/** Where the library is built with AddressSanitizer, which takes a minute: KINDLING_TEST_SANITIZE=1 asks for it. */
const unsanitized =
  missing ?? (process.env.KINDLING_TEST_SANITIZE === '1' ? undefined : 'KINDLING_TEST_SANITIZE is not 1');
if (unsanitized !== undefined) console.warn(`a test of the sanitized CUDA emulator skipped: ${unsanitized}`);

test.skipIf(unsanitized !== undefined)(
  'an address sanitizer names the line of a kernel',
  { timeout: 300_000 },
  () => {
    const sanitized = build('--sanitize');
    const libraries = ['libasan.so', 'libubsan.so'].map((name) =>
      execFileSync(process.env.CXX ?? 'g++', [`-print-file-name=${name}`], { encoding: 'utf8' }).trim(),
    );
    const env = { ...process.env, LD_PRELOAD: libraries.join(' '), ASAN_OPTIONS: 'detect_leaks=0' };
    const run = (kernel: string, n: number) =>
      spawnSync(process.execPath, [oneLaunch, sanitized, kernel, String(n)], { encoding: 'utf8', env });
    expect(run('overrun', 64)).toMatchObject({ status: 0, stderr: '' });
    const { stderr, status } = run('overrun', 65);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(new RegExp(`use-after-poison[^]*overrun[^]*kernels\\.cu:${lineOf('p.out[p.n')}`));
  },
);
