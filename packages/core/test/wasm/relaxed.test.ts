import { afterEach, expect, test, vi } from 'vitest';
import { opLists } from '../../src/backend/kernels/op-lists.ts';
import type { NativeBackend } from '../../src/backend/native/native.ts';
import { openNative } from '../../src/backend/native/open.ts';
import { openWasm } from '../../src/backend/wasm/open.ts';
import { DeviceError, KindlingError } from '../../src/errors.ts';
import { bytesOf, filled, type ParallelCall } from '../native/parallel-calls.ts';
import { allowRelaxed } from './relaxed.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

/** The native engine on an instruction set with fused multiply-add, or why there is none. */
function fusedNative(): NativeBackend | string {
  try {
    const engine = openNative();
    if (['avx2', 'neon'].some((isa) => engine.library.select(isa) !== 0)) return engine;
    return 'this processor has no fused multiply-add';
  } catch (error) {
    if (!(error instanceof KindlingError)) throw error;
    return error.message;
  }
}

const native = fusedNative();
if (typeof native === 'string') console.warn(`comparison with the native engine skipped: ${native}`);

const elementwise = (op: string, count: number): ParallelCall => ({
  name: `${op} of ${count}`,
  kind: 'unary',
  outputs: [filled([count], [1])],
  inputs: [filled([count], [1])],
  attributes: { op, parameters: [0.5, 2] },
});

const edges = [Number.NaN, Infinity, -Infinity, 0, -0, 1e-45, -1e-39, 3e38, -3e38, 88.8, -104.5];

/** Of what is not a usual number, within vectors and behind the last. */
const atEdges = (op: string): ParallelCall => {
  const input = filled([edges.length], [1]);
  return { ...elementwise(op, edges.length), inputs: [{ ...input, memory: Float32Array.from(edges) }] };
};

/** Sums that no engine cuts into parts. */
const product = (m: number, n: number, k: number): ParallelCall => ({
  name: `a product ${m} x ${n} x ${k}`,
  kind: 'matmul',
  outputs: [filled([1, m, n], [m * n, n, 1])],
  inputs: [filled([1, m, k], [m * k, k, 1]), filled([1, k, n], [k * n, n, 1])],
  attributes: { batch: 1, m, n, k, transposeA: false, transposeB: false },
});

const calls = [
  ...opLists.unary.map(atEdges),
  ...opLists.unary.flatMap((op) => [1, 2, 3, 5, 16, 1003].map((count) => elementwise(op, count))),
  product(3, 5, 7),
  product(64, 256, 100),
  product(33, 70, 13),
];

test.skipIf(typeof native === 'string')(
  'relaxed instructions round as fused multiply-add of the native engine, wherever a loop ends',
  () => {
    allowRelaxed();
    vi.stubEnv('KINDLING_ISA', 'relaxed');
    const engine = openWasm();
    expect(engine.description).toMatch(/^WebAssembly \(relaxed\)/);
    const other = calls.filter(
      (call) => !bytesOf(call, engine, 1).equals(bytesOf(call, native as NativeBackend, 1)),
    );
    expect(other.map(({ name }) => name)).toEqual([]);
  },
);

test('relaxed instructions are the choice of runtimes whose compilers keep the order of a loop', () => {
  allowRelaxed();
  vi.stubEnv('KINDLING_ISA', undefined);
  const isaFor = (Float16Array: unknown): string => {
    vi.stubGlobal('Float16Array', Float16Array);
    return openWasm().library.selected();
  };
  expect(isaFor(undefined)).toBe('simd128');
  vi.stubEnv('KINDLING_ISA', 'relaxed');
  let fuses = true;
  try {
    openWasm();
  } catch {
    fuses = false;
  }
  vi.stubEnv('KINDLING_ISA', undefined);
  expect(isaFor(class {})).toBe(fuses ? 'relaxed' : 'simd128');
});

test('an instruction set that is none is refused with those that there are', () => {
  vi.stubEnv('KINDLING_ISA', 'avx2');
  expect(openWasm).toThrow(DeviceError);
  expect(openWasm).toThrow(/^wasm: expected KINDLING_ISA to be simd128.*, got avx2$/);
});
