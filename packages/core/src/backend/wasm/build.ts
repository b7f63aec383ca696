import { DeviceError } from '../../errors.ts';
import { environment } from '../../host.ts';
import { webAssembly } from './webassembly.ts';

/** One of the modules that native/build-wasm.mjs makes. */
export interface Build {
  readonly name: 'simd128' | 'simd128-threads' | 'relaxed' | 'relaxed-threads';
  /** Whether it works on shared memory. */
  readonly threads: boolean;
}

/** `(x, y, z) => f32x4.relaxed_madd(x, y, z)`, of one lane. */
const multiplyAdd = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x08, 0x01, 0x60, 0x03, 0x7d, 0x7d, 0x7d, 0x01, 0x7d],
  ...[0x03, 0x02, 0x01, 0x00, 0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00],
  ...[0x0a, 0x16, 0x01, 0x14, 0x00, 0x20, 0x00, 0xfd, 0x13, 0x20, 0x01, 0xfd, 0x13, 0x20, 0x02, 0xfd, 0x13],
  ...[0xfd, 0x85, 0x02, 0xfd, 0x1f, 0x00, 0x0b],
);

/** Whether relaxed instructions are there and round a·b + c once: where the processor cannot, they round twice. */
function fusesMultiplyAdd(): boolean {
  const { validate, Module, Instance } = webAssembly();
  if (!validate(multiplyAdd)) return false;
  const { f } = new Instance(new Module(multiplyAdd)).exports as {
    readonly f: (x: number, y: number, z: number) => number;
  };
  const x = 1 + 2 ** -12;
  return f(x, x, -(1 + 2 ** -11)) === 2 ** -24;
}

/**
 * Whether the runtime compiles loops in the order in which a module has them. V8 before 13 (Node.js 22) reads all that a turn of a loop
 * needs before it computes, which leaves too few registers for the tiles of relaxed products: they take twice as long, and those of
 * `simd128` do not. It cannot be asked; float16 came to V8 (13.5) and to other runtimes later than what is needed.
 */
const keepsOrder = (): boolean => (globalThis as { Float16Array?: unknown }).Float16Array !== undefined;

/**
 * Whether threads may share memory and this one may wait for others. A page must be isolated from other origins, and its first thread never
 * waits; in workers, Node.js, Deno and Bun there is nothing in the way.
 */
function sharesMemory(): boolean {
  if (typeof SharedArrayBuffer === 'undefined') return false;
  const { crossOriginIsolated } = globalThis as { readonly crossOriginIsolated?: boolean };
  if (crossOriginIsolated === false) return false;
  try {
    // It returns at once, as 0 is not 1; where waiting is not allowed, it throws.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
    return true;
  } catch {
    return false;
  }
}

/**
 * The build for this runtime. `KINDLING_ISA` (`simd128`, `relaxed`) forces an instruction set.
 *
 * @throws DeviceError where there is no such set, or the runtime lacks it.
 */
export function chooseBuild(): Build {
  const fuses = fusesMultiplyAdd();
  const isa = environment('KINDLING_ISA') || (fuses && keepsOrder() ? 'relaxed' : 'simd128');
  if (isa !== 'simd128' && !(isa === 'relaxed' && fuses)) {
    const choices = fuses ? 'simd128 or relaxed' : 'simd128, which is all that this runtime has';
    throw new DeviceError(`wasm: expected KINDLING_ISA to be ${choices}, got ${isa}`);
  }
  return sharesMemory() ? { name: `${isa}-threads`, threads: true } : { name: isa, threads: false };
}
