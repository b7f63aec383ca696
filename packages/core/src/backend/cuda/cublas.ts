import type { DType } from '../../dtype.ts';
import { dtypes } from '../../dtype.ts';
import { DeviceError } from '../../errors.ts';
import { environment } from '../../host.ts';
import type { BufferView, LoweredCall, LoweredCallOf } from '../lowered-call.ts';
import { CudaError, type Driver, loadFirst } from './driver.ts';
import type { Block, DeviceMemory } from './memory.ts';
import { float32Precision } from './precision.ts';

/**
 * Multiplications (batch · m · n · k) from which on cuBLAS is asked: 512³. On an H100 both take 10 µs for 256³; for 512³ cuBLAS took 17 µs in
 * float32 and 8 µs in TF32, our kernel 20 µs and 16 µs.
 */
const FEWEST_PRODUCTS = 2 ** 27;

/** What NVIDIA recommends for Hopper; less is enough for others. */
const WORKSPACE_BYTES = 2 ** 25;

/** cublasOperation_t and cublasMath_t values. */
const plain = 0;
const transposed = 1;
const math = { highest: 0, high: 3 } as const;

const names: { readonly [platform: string]: readonly string[] } = {
  linux: [13, 12, 11].flatMap((version) => [
    `libcublas.so.${version}`,
    `/usr/local/cuda-${version}/lib64/libcublas.so.${version}`,
    `/usr/local/cuda/lib64/libcublas.so.${version}`,
  ]),
  win32: ['cublas64_13.dll', 'cublas64_12.dll', 'cublas64_11.dll'],
};

type Gemm = (...parameters: (number | Uint8Array)[]) => number;

/** One product, which has better kernels than many of equal distance. */
interface Products {
  readonly one: Gemm;
  readonly batch: Gemm;
}

/**
 * NVIDIA's library for matrix products, where it is installed: it takes the large ones. Nothing depends on it.
 *
 * `KINDLING_CUBLAS` names the library, or is `off`.
 */
export class Cublas {
  readonly path: string;
  readonly #handle: number;
  readonly #memory: DeviceMemory;
  readonly #workspace: Block;
  readonly #gemm: { readonly [D in DType]?: Products };
  readonly #setMath: (handle: number, mode: number) => number;
  readonly #destroy: (handle: number) => number;
  readonly #one = { float32: bytesOf(Float32Array.of(1)), float64: bytesOf(Float64Array.of(1)) };
  readonly #zero = { float32: bytesOf(Float32Array.of(0)), float64: bytesOf(Float64Array.of(0)) };
  #precision: 'highest' | 'high' = 'highest';

  /** The library, ready for the current context; undefined where there is none. Throws {@link DeviceError} where one is named and fails. */
  static open(driver: Driver, stream: number, memory: DeviceMemory): Cublas | undefined {
    const named = environment('KINDLING_CUBLAS');
    // The library works with the system's driver: not with one that was named in its place.
    if (named === 'off' || (!named && environment('KINDLING_CUDA_LIBRARY'))) return undefined;
    const found = loadFirst(driver.koffi, named ? [named] : (names[process.platform] ?? []));
    if ('tried' in found) {
      if (!named) return undefined;
      throw new DeviceError(
        `cuda: expected KINDLING_CUBLAS to name the cuBLAS library, tried ${found.tried}`,
      );
    }
    try {
      return new Cublas(found.library, found.name, stream, memory);
    } catch (error) {
      // One that the driver is too old for, say.
      if (!named) return undefined;
      throw error;
    }
  }

  private constructor(
    library: Extract<ReturnType<typeof loadFirst>, { name: string }>['library'],
    path: string,
    stream: number,
    memory: DeviceMemory,
  ) {
    this.path = path;
    this.#memory = memory;
    const products = (name: string): Products => ({
      one: library.func(
        `int ${name}_v2(uint64_t handle, int opA, int opB, int m, int n, int k, const void *alpha, uint64_t a, int lda, uint64_t b, int ldb, const void *beta, uint64_t c, int ldc)`,
      ),
      batch: library.func(
        `int ${name}StridedBatched(uint64_t handle, int opA, int opB, int m, int n, int k, const void *alpha, uint64_t a, int lda, int64_t strideA, uint64_t b, int ldb, int64_t strideB, const void *beta, uint64_t c, int ldc, int64_t strideC, int batch)`,
      ),
    });
    this.#gemm = { float32: products('cublasSgemm'), float64: products('cublasDgemm') };
    this.#setMath = library.func('int cublasSetMathMode(uint64_t handle, int mode)');
    this.#destroy = library.func('int cublasDestroy_v2(uint64_t handle)');
    const handle = new BigUint64Array(1);
    check(library.func('int cublasCreate_v2(void *handle)')(handle), 'cublasCreate');
    this.#handle = Number(handle[0]!);
    this.#workspace = memory.allocate(WORKSPACE_BYTES);
    check(
      library.func('int cublasSetStream_v2(uint64_t handle, uint64_t stream)')(this.#handle, stream),
      'cublasSetStream',
    );
    // Given once and for all, so that products can be captured, whose memory must not be taken meanwhile.
    check(
      library.func('int cublasSetWorkspace_v2(uint64_t handle, uint64_t workspace, uint64_t bytes)')(
        this.#handle,
        this.#workspace.address,
        WORKSPACE_BYTES,
      ),
      'cublasSetWorkspace',
    );
  }

  /** Whether a call is a product that is large enough, in a layout that the library has. */
  takes(call: LoweredCall): call is LoweredCallOf<'matmul'> {
    if (call.kind !== 'matmul' || call.inputs.length !== 2) return false;
    const { batch, m, n, k } = call.attributes;
    return (
      batch * m * n * k >= FEWEST_PRODUCTS &&
      call.outputs[0]!.dtype in this.#gemm &&
      call.inputs.every((input) => hasRows(input as BufferView))
    );
  }

  /** Does a call, if it is one that it takes. */
  run(call: LoweredCall): boolean {
    if (!this.takes(call)) return false;
    const [a, b] = call.inputs as readonly [BufferView, BufferView];
    const out = call.outputs[0]!;
    const dtype = out.dtype as 'float32' | 'float64';
    const { batch, m, n, k, transposeA, transposeB } = call.attributes;
    const precision = float32Precision();
    if (precision !== this.#precision) {
      check(this.#setMath(this.#handle, math[precision]), 'cublasSetMathMode');
      this.#precision = precision;
    }
    // The library counts by columns: out' = b' · a'.
    const operations = [transposeB ? transposed : plain, transposeA ? transposed : plain];
    const [one, zero] = [this.#one[dtype], this.#zero[dtype]];
    const [lda, ldb] = [a.strides[1]!, b.strides[1]!];
    const gemm = this.#gemm[dtype]!;
    const code =
      batch === 1
        ? gemm.one(
            this.#handle,
            ...operations,
            n,
            m,
            k,
            one,
            addressOf(b),
            ldb,
            addressOf(a),
            lda,
            zero,
            addressOf(out),
            n,
          )
        : gemm.batch(
            this.#handle,
            ...operations,
            n,
            m,
            k,
            one,
            addressOf(b),
            ldb,
            b.strides[0]!,
            addressOf(a),
            lda,
            a.strides[0]!,
            zero,
            addressOf(out),
            n,
            m * n,
            batch,
          );
    check(code, `cublas${dtype === 'float32' ? 'S' : 'D'}gemm`);
    return true;
  }

  close(): void {
    check(this.#destroy(this.#handle), 'cublasDestroy');
    this.#memory.free(this.#workspace);
  }
}

function check(code: number, call: string): void {
  if (code !== 0) throw new CudaError(`cuBLAS status ${code} in ${call}`, code);
}

const bytesOf = (numbers: Float32Array | Float64Array): Uint8Array =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);

const addressOf = ({ storage, offset, dtype }: BufferView): number =>
  (storage.handle as Block).address + offset * dtypes[dtype].bytes;

/** Whether rows lie one behind another, or further apart. */
const hasRows = ({ shape, strides }: BufferView): boolean => strides[1]! >= shape[2]! && strides[1]! > 0;
