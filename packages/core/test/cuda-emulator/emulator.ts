import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const folder = new URL('../../cuda/emulator/', import.meta.url);

/** The library with the test kernels, once it is built. */
export const library = fileURLToPath(new URL('build/test/libcuda-emulator.so', folder));

/** Builds the emulator with its test kernels; the library's path. Throws where it does not compile. */
export function build(...flags: string[]): string {
  const script = fileURLToPath(new URL('build.mjs', folder));
  const { status, stderr } = spawnSync(process.execPath, [script, '--test', ...flags], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr.trim(), { cause: status });
  return fileURLToPath(
    new URL(`build/test${flags.includes('--sanitize') ? '-sanitize' : ''}/libcuda-emulator.so`, folder),
  );
}

/** Why the tests are skipped, if they are. */
export const missing: string | undefined = (() => {
  try {
    build();
    return undefined;
  } catch (error) {
    if (!(error instanceof Error) || error.cause !== 3) throw error;
    console.warn(`tests of the CUDA emulator skipped: ${error.message}`);
    return error.message;
  }
})();

type Argument = number | bigint | string | ArrayBufferView | null;

const types: { readonly [letter: string]: string } = {
  i: 'int',
  u: 'uint32_t',
  p: 'uint64_t',
  a: 'void *',
  s: 'const char *',
};

/** Results that the tests are about, as cuda.h numbers them. */
export const results = {
  success: 0,
  invalidValue: 1,
  outOfMemory: 2,
  notInitialized: 3,
  noDevice: 100,
  invalidDevice: 101,
  invalidImage: 200,
  invalidContext: 201,
  invalidPtx: 218,
  unsupportedPtxVersion: 222,
  invalidHandle: 400,
  illegalState: 401,
  notFound: 500,
  illegalAddress: 700,
  launchFailed: 719,
  captureUnsupported: 900,
  captureInvalidated: 901,
  captureImplicit: 906,
} as const;

/** The struct that every test kernel takes. */
export interface Vector {
  readonly x?: bigint;
  readonly out?: bigint;
  readonly n?: number;
  readonly factor?: number;
}

function vector({ x = 0n, out = 0n, n = 0, factor = 1 }: Vector): DataView {
  const view = new DataView(new ArrayBuffer(24));
  view.setBigUint64(0, x, true);
  view.setBigUint64(8, out, true);
  view.setInt32(16, n, true);
  view.setFloat32(20, factor, true);
  return view;
}

export interface LaunchShape {
  readonly grid?: readonly [number, number, number];
  readonly block: readonly [number, number, number];
  readonly shared?: number;
  readonly stream?: bigint;
}

/** PTX with entries that take one struct each, as nvcc writes it but for the instructions. */
export const ptx = (
  entries: readonly string[],
  {
    version = '8.0',
    target = 'sm_75',
    bytes = 24,
    bounds = '',
    shared = 0,
  }: { version?: string; target?: string; bytes?: number; bounds?: string; shared?: number } = {},
): string =>
  `//\n// .version in a comment\n\n.version ${version}\n.target ${target}\n.address_size 64\n\n` +
  entries
    .map(
      (name) =>
        `.visible .entry ${name}(\n\t.param .align 8 .b8 ${name}_param_0[${bytes}]\n)\n${bounds}\n{\n` +
        `\t.shared .align 4 .b8 own[${shared}];\n\tld.shared.f32 %f1, [own];\n\tret;\n}\n`,
    )
    .join('\n');

/** The kernels of cuda/emulator/test that have `__shared__` variables of their own. */
const sharing = ['sumWarps', 'reverseBlock', 'reverseBlockRacing', 'sharedUnwritten'];

const settings = ['DEVICES', 'DRIVER', 'CAPABILITY', 'MEMORY', 'FAIL', 'LEAKS', 'ORDER'] as const;

/** The emulated driver, called as any program calls it: codes are answered, `ok` expects them to be 0. */
export class Emulator {
  readonly #koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  readonly #library = missing === undefined ? this.#koffi.load(library) : undefined;
  readonly #functions = new Map<string, (...parameters: Argument[]) => number>();
  readonly #kernels = new Map<string, bigint>();
  #context = 0n;

  /** Calls a driver function; the letters give its parameters: int, unsigned, 64 bits, host memory, string. */
  call(name: string, letters: string, ...parameters: Argument[]): number {
    let made = this.#functions.get(name);
    if (made === undefined) {
      const list = [...letters].map((letter) => types[letter]).join(', ');
      made = this.#library!.func(`int ${name}(${list})`) as (...parameters: Argument[]) => number;
      this.#functions.set(name, made);
    }
    return made(...parameters);
  }

  ok(name: string, letters: string, ...parameters: Argument[]): void {
    const code = this.call(name, letters, ...parameters);
    expect(code, `${name}: ${this.message()}`).toBe(0);
  }

  /** Calls a function whose first parameter takes its result of 64 bits. */
  make(name: string, letters: string, ...parameters: Argument[]): bigint {
    const result = new BigUint64Array(1);
    this.ok(name, `a${letters}`, result, ...parameters);
    return result[0]!;
  }

  addressOf(memory: ArrayBufferView): bigint {
    return BigInt(this.#koffi.address(memory));
  }

  /** What cuGetErrorName and cuGetErrorString say of a code. */
  errorText(name: 'cuGetErrorName' | 'cuGetErrorString', code: number): string | null {
    const text: (string | null)[] = [null];
    this.#library!.func(`int ${name}(int code, _Out_ const char **text)`)(code, text);
    return text[0]!;
  }

  message(): string {
    return this.#library!.func('const char *kindlingEmulatorMessage()')();
  }

  /** Ends what was, reads the settings, and makes the first device current. */
  start(values: Partial<Record<(typeof settings)[number], string>> = {}): void {
    this.end();
    process.env.KINDLING_EMULATOR_QUIET = '1';
    for (const name of settings) {
      delete process.env[`KINDLING_EMULATOR_${name}`];
      if (values[name] !== undefined) process.env[`KINDLING_EMULATOR_${name}`] = values[name];
    }
    this.ok('cuInit', 'u', 0);
    this.#context = this.make('cuDevicePrimaryCtxRetain', 'i', 0);
    this.ok('cuCtxSetCurrent', 'p', this.#context);
  }

  end(): void {
    this.#kernels.clear();
    if (this.#context !== 0n) this.ok('cuDevicePrimaryCtxRelease_v2', 'i', 0);
    this.#context = 0n;
  }

  allocate(bytes: number): bigint {
    return this.make('cuMemAlloc_v2', 'p', bytes);
  }

  upload(values: ArrayBufferView): bigint {
    const address = this.allocate(values.byteLength);
    this.ok('cuMemcpyHtoD_v2', 'pap', address, values, values.byteLength);
    return address;
  }

  floats(address: bigint, count: number): number[] {
    const values = new Float32Array(count);
    this.ok('cuMemcpyDtoH_v2', 'app', values, address, values.byteLength);
    return [...values];
  }

  ints(address: bigint, count: number): number[] {
    const values = new Int32Array(count);
    this.ok('cuMemcpyDtoH_v2', 'app', values, address, values.byteLength);
    return [...values];
  }

  load(text: string): bigint {
    return this.make('cuModuleLoadData', 's', text);
  }

  kernel(name: string): bigint {
    let kernel = this.#kernels.get(name);
    if (kernel === undefined) {
      const module = this.load(ptx([name], { shared: sharing.includes(name) ? 1024 : 0 }));
      kernel = this.make('cuModuleGetFunction', 'ps', module, name);
      this.#kernels.set(name, kernel);
    }
    return kernel;
  }

  /** Launches a kernel by handle or name; the code. */
  launch(kernel: string | bigint, shape: LaunchShape, parameters: Vector): number {
    const handle = typeof kernel === 'string' ? this.kernel(kernel) : kernel;
    const struct = vector(parameters);
    const pointers = new BigUint64Array(1);
    pointers[0] = this.addressOf(struct);
    const { grid = [1, 1, 1], block, shared = 0, stream = 0n } = shape;
    const code = this.call(
      'cuLaunchKernel',
      'puuuuuuupap',
      handle,
      ...grid,
      ...block,
      shared,
      stream,
      pointers,
      0n,
    );
    // Whoever read the struct later than this call would not find it.
    new Uint8Array(struct.buffer).fill(0xee);
    return code;
  }
}

/** The line of a test kernel that has a text, for messages that name it. */
export function lineOf(text: string, after = ''): number {
  const source = readFileSync(new URL('test/kernels.cu', folder), 'utf8');
  const at = source.indexOf(text, after === '' ? 0 : source.indexOf(after));
  return source.slice(0, at).split('\n').length;
}
