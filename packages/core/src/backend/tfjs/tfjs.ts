import type { DType } from '../../dtype.ts';
import type { Backend, BufferHandle } from '../backend.ts';
import { checkCall } from '../check-call.ts';
import type { BasicKind, Feature, FusedKind, KernelCall, KernelKind } from '../kernels.ts';
import type { LoweredCallOf } from '../lowered-call.ts';
import { asBuffer, bufferOf, TensorBuffer } from './buffer.ts';
import * as convolution from './convolution.ts';
import { runOnHost } from './host.ts';
import * as indexing from './indexing.ts';
import { matmul } from './matmul.ts';
import * as pointwise from './pointwise.ts';
import * as reduce from './reduce.ts';
import type { Tensorflow, TfTensor } from './tensorflow.ts';
import { written } from './views.ts';

/** What a call writes, in row-major order; undefined where TensorFlow.js cannot tell, and the reference engine does it on the host. */
type Kernel<K extends KernelKind> = (tf: Tensorflow, call: LoweredCallOf<K>) => Written;

type Written = TfTensor | readonly TfTensor[] | undefined;

/** Kinds that have several outputs, or no definition on the host. */
type Convolution = Extract<FusedKind, `conv2d${string}`>;

const onHost = (): undefined => undefined;

const kernels: { readonly [K in BasicKind | Convolution]: Kernel<K> } = {
  copy: pointwise.copy,
  unary: pointwise.unary,
  binary: pointwise.binary,
  where: pointwise.where,
  reduce: reduce.reduce,
  argReduce: reduce.argReduce,
  cumsum: reduce.cumsum,
  // topk, TensorFlow.js' only sort, promises no order of equal elements.
  argsort: onHost,
  matmul,
  indexSelect: indexing.indexSelect,
  indexAdd: indexing.indexAdd,
  gather: indexing.gather,
  scatterAdd: indexing.scatterAdd,
  // The values have to be looked at here anyway.
  assertRange: onHost,
  conv2d: convolution.conv2d,
  conv2dBackwardInput: convolution.conv2dBackwardInput,
  conv2dBackwardWeight: convolution.conv2dBackwardWeight,
};

/** No tensor is float64, but temporaries are, by which results in int32 are checked. */
const hasFloat64 = ({ outputs, inputs }: KernelCall): boolean =>
  [...outputs, ...inputs].some((x) => typeof x === 'object' && x.dtype === 'float64');

/**
 * An engine of TensorFlow.js. Views are read as tensors and written by replacing the vector that their storage consists of; what the
 * engine does not do as the reference does is done there, on the host.
 */
export class TfjsBackend implements Backend {
  readonly name: string;
  readonly device = 'tfjs';
  readonly description: string;
  readonly unsupportedDTypes: readonly DType[] = ['float64'];
  /** What the host can take over. */
  readonly maxBytes = 2 ** 31 - 2 ** 12;
  /** Calls so far that were done on the host, by kind. */
  readonly hostCalls = new Map<string, number>();
  readonly #tf: Tensorflow;

  /**
   * @param name The engine, as the table of devices has it.
   * @param tensorflow The version of TensorFlow that is behind it, if one is.
   */
  constructor(name: string, tf: Tensorflow, tensorflow?: string) {
    this.name = name;
    const behind = tensorflow === undefined ? '' : ` on TensorFlow ${tensorflow}`;
    this.description = `works with TensorFlow.js ${tf.version_core}${behind}, engine ${tf.getBackend()}`;
    this.#tf = tf;
  }

  allocate(byteLength: number): BufferHandle {
    return new TensorBuffer(this.#tf, byteLength);
  }

  free(handle: BufferHandle): void {
    asBuffer(handle).free();
  }

  write(handle: BufferHandle, byteOffset: number, source: Uint8Array): void {
    asBuffer(handle).write(byteOffset, source);
  }

  read(handle: BufferHandle, byteOffset: number, target: Uint8Array): void {
    asBuffer(handle).read(byteOffset, target);
  }

  execute(call: KernelCall): void {
    checkCall(call);
    const tf = this.#tf;
    const kernel = kernels[call.kind as BasicKind] as (tf: Tensorflow, call: KernelCall) => Written;
    const contents = tf.tidy((): TfTensor[] | undefined => {
      if (hasFloat64(call)) return undefined;
      const value = kernel(tf, call);
      if (value === undefined || call.outputs.length === 0) return undefined;
      const values = Array.isArray(value) ? value : [value];
      return call.outputs.map((out, i) => written(tf, out, values[i]!));
    });
    if (contents !== undefined) {
      call.outputs.forEach((out, i) => {
        bufferOf(out).replace(contents[i]!, out.dtype);
      });
    } else {
      this.hostCalls.set(call.kind, (this.hostCalls.get(call.kind) ?? 0) + 1);
      runOnHost(call);
    }
  }

  supports(feature: Feature): boolean {
    return feature === 'linear' || Object.hasOwn(kernels, feature);
  }
}
