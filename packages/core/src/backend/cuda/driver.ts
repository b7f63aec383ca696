import { DeviceError } from '../../errors.ts';
import { assertNode, environment } from '../../host.ts';
import { packageRequire } from '../package-folder.ts';

/** Oldest driver that is taken: it accepts the kernels' PTX. Written as the driver writes it, 1000 · major + 10 · minor. */
const OLDEST_DRIVER = 12000;

/** An argument of a driver function: a number, a handle or address, or memory that is written to or read from. */
type Argument = number | bigint | ArrayBufferView | null;

/**
 * The functions of the driver API that are used, with their parameters: `i` int, `u` unsigned int, `p` anything of 64 bits (sizes, handles,
 * addresses), `a` memory of the host. All answer with a CUresult.
 */
const signatures = {
  cuDeviceGetCount: 'a',
  cuDeviceGet: 'ai',
  cuDeviceGetName: 'aii',
  cuDeviceGetAttribute: 'aii',
  cuDeviceTotalMem_v2: 'ai',
  cuDeviceGetUuid_v2: 'ai',
  cuDevicePrimaryCtxRetain: 'ai',
  cuDevicePrimaryCtxRelease_v2: 'i',
  cuCtxSetCurrent: 'p',
  cuStreamCreate: 'au',
  cuStreamDestroy_v2: 'p',
  cuStreamSynchronize: 'p',
  cuStreamQuery: 'p',
  cuStreamBeginCapture_v2: 'pi',
  cuStreamEndCapture: 'pa',
  cuGraphInstantiateWithFlags: 'app',
  cuGraphLaunch: 'pp',
  cuGraphExecDestroy: 'p',
  cuGraphDestroy: 'p',
  cuMemAlloc_v2: 'ap',
  cuMemFree_v2: 'p',
  cuMemAllocAsync: 'app',
  cuMemFreeAsync: 'pp',
  cuMemAllocHost_v2: 'ap',
  cuMemFreeHost: 'p',
  cuMemcpyHtoDAsync_v2: 'pppp',
  cuMemcpyDtoHAsync_v2: 'pppp',
  cuMemcpyDtoDAsync_v2: 'pppp',
  cuMemsetD8Async: 'pupp',
  cuMemGetInfo_v2: 'aa',
  cuDeviceGetDefaultMemPool: 'ai',
  cuMemPoolSetAttribute: 'pia',
  cuMemPoolTrimTo: 'pp',
  cuModuleLoadDataEx: 'aauaa',
  cuModuleUnload: 'p',
  cuModuleGetFunction: 'apa',
  cuFuncSetAttribute: 'pii',
  cuLaunchKernel: 'puuuuuuuppp',
  cuEventCreate: 'au',
  cuEventRecord: 'pp',
  cuEventSynchronize: 'p',
  cuEventQuery: 'p',
  cuEventDestroy_v2: 'p',
} as const;

type FunctionName = keyof typeof signatures;

const types: { readonly [letter: string]: string } = { i: 'int', u: 'uint32_t', p: 'uint64_t', a: 'void *' };

export type DriverApi = { readonly [N in FunctionName]: (...parameters: Argument[]) => number };

/** CUresult values that are told apart. */
export const results = { outOfMemory: 2, noDevice: 100, notReady: 600 } as const;

/** A driver function that did not answer CUDA_SUCCESS. */
export class CudaError extends DeviceError {
  readonly code: number;

  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

const libraryNames: { readonly [platform: string]: readonly string[] } = {
  linux: ['libcuda.so.1', '/usr/lib/wsl/lib/libcuda.so.1'],
  win32: ['nvcuda.dll'],
};

export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim();

export type Koffi = typeof import('koffi');

/** The package that calls into libraries. Throws {@link DeviceError} where it does not load. */
export function loadKoffi(): Koffi {
  assertNode('cuda');
  try {
    return packageRequire('cuda')('koffi') as Koffi;
  } catch (error) {
    throw new DeviceError(`cuda: expected the package koffi to load, got ${reasonOf(error)}`);
  }
}

/** The first of the libraries that loads, or what became of each. */
export function loadFirst(
  koffi: Koffi,
  names: readonly string[],
): { library: ReturnType<Koffi['load']>; name: string } | { tried: string } {
  const tried: string[] = [];
  for (const name of names) {
    try {
      return { library: koffi.load(name), name };
    } catch (error) {
      tried.push(`${name} (${reasonOf(error).replace(/^Failed to load shared library: /, '')})`);
    }
  }
  return { tried: tried.join(', ') };
}

/** CUDA's version as people write it: 12040 is 12.4. */
export const versionText = (version: number): string =>
  `${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`;

/** The CUDA driver API, opened and initialized. */
export class Driver {
  readonly koffi: Koffi;
  /** The name that the library was loaded by. */
  readonly library: string;
  readonly api: DriverApi;
  /** The newest CUDA that the driver knows, as 1000 · major + 10 · minor. */
  readonly version: number;
  readonly #errorText: (code: number) => { readonly name: string; readonly meaning: string };
  readonly #out = new BigUint64Array(1);
  readonly #outInt = new Int32Array(1);

  /** Throws {@link DeviceError} with what was found, what is missing and what to do. */
  constructor() {
    this.koffi = loadKoffi();
    const forced = environment('KINDLING_CUDA_LIBRARY');
    const names = forced ? [forced] : (libraryNames[process.platform] ?? []);
    if (names.length === 0)
      throw new DeviceError(
        `cuda: expected Linux or Windows, got ${process.platform}, for which NVIDIA has no driver`,
      );
    const found = loadFirst(this.koffi, names);
    if ('tried' in found) {
      throw new DeviceError(
        forced
          ? `cuda: expected KINDLING_CUDA_LIBRARY to name the driver's library, tried ${found.tried}; unset it to use the system's driver`
          : `cuda: expected the NVIDIA driver, found no library (tried ${found.tried}); install the driver (the CUDA toolkit is not needed), or set KINDLING_CUDA_LIBRARY to its path`,
      );
    }
    const { library, name } = found;
    this.library = name;
    const declared = (name: FunctionName): [string, unknown] => {
      const parameters = [...signatures[name]].map((letter) => types[letter]!);
      return [name, library.func(name, 'int', parameters)];
    };
    try {
      const getName = library.func('int cuGetErrorName(int code, _Out_ const char **text)');
      const getText = library.func('int cuGetErrorString(int code, _Out_ const char **text)');
      const textOf = (get: (code: number, out: (string | null)[]) => number, code: number): string => {
        const out: (string | null)[] = [null];
        return get(code, out) === 0 ? (out[0] ?? '') : '';
      };
      this.#errorText = (code) => ({
        name: textOf(getName, code) || 'CUDA error',
        meaning: textOf(getText, code),
      });
      const initialised = library.func('int cuInit(uint32_t flags)')(0) as number;
      this.check(library.func('int cuDriverGetVersion(void *version)')(this.#outInt), 'cuDriverGetVersion');
      this.version = this.#outInt[0]!;
      this.#requireVersion();
      this.#requireDevice(initialised);
      const functions = Object.keys(signatures).map((key) => declared(key as FunctionName));
      this.api = Object.fromEntries(functions) as DriverApi;
    } catch (error) {
      if (error instanceof DeviceError) throw error;
      throw new DeviceError(
        `cuda: expected ${name} to be the library of an NVIDIA driver for CUDA ${versionText(OLDEST_DRIVER)} or newer, got ${reasonOf(error)}`,
      );
    }
  }

  #requireVersion(): void {
    if (this.version >= OLDEST_DRIVER) return;
    throw new DeviceError(
      `cuda: expected an NVIDIA driver for CUDA ${versionText(OLDEST_DRIVER)} or newer, got one for CUDA ${versionText(this.version)}; install driver 525 or newer`,
    );
  }

  #requireDevice(initialised: number): void {
    if (initialised === results.noDevice) {
      const hidden = environment('CUDA_VISIBLE_DEVICES');
      const hint = hidden === undefined ? '' : ` and whether CUDA_VISIBLE_DEVICES=${hidden} hides it`;
      throw new DeviceError(
        `cuda: expected an NVIDIA GPU, but the driver (CUDA ${versionText(this.version)}) finds none; check whether nvidia-smi lists one${hint}`,
      );
    }
    this.check(initialised, 'cuInit');
  }

  get deviceCount(): number {
    this.check(this.api.cuDeviceGetCount(this.#outInt), 'cuDeviceGetCount');
    return this.#outInt[0]!;
  }

  /** Throws {@link CudaError} such as `CUDA_ERROR_OUT_OF_MEMORY (2) in cuMemAllocAsync: out of memory` unless the code is 0. */
  check(code: number, call: string, context = ''): void {
    if (code === 0) return;
    const { name, meaning } = this.#errorText(code);
    throw new CudaError(`${name} (${code}) in ${call}: ${meaning}${context && `; ${context}`}`, code);
  }

  /** A handle or an address that a function writes to its first parameter. */
  output(call: FunctionName, ...rest: Argument[]): number {
    this.check(this.api[call](this.#out, ...rest), call);
    return Number(this.#out[0]!);
  }

  /** An int that a function writes to its first parameter. */
  outputInt(call: FunctionName, ...rest: Argument[]): number {
    this.check(this.api[call](this.#outInt, ...rest), call);
    return this.#outInt[0]!;
  }
}
