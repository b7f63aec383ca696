import { bytesOf } from '#resources';
import { signedNoise } from '../data/noise.ts';
import type { ArrayFile, ConvolutionTask, Layer, ProductTask } from '../task.ts';

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** The numbers of a file, as float32: so many of the first as its shape has. */
export function readArray({ path, type, shape, divisor }: ArrayFile): Float32Array {
  const { buffer, byteOffset } = bytesOf(path);
  const count = sizeOf(shape);
  const stored =
    type === 'uint8'
      ? new Uint8Array(buffer, byteOffset, count)
      : new Float32Array(buffer.slice(byteOffset, byteOffset + count * Float32Array.BYTES_PER_ELEMENT));
  const values = new Float32Array(stored.length);
  for (let i = 0; i < values.length; i++) values[i] = stored[i]! / divisor;
  return values;
}

/** Whole numbers of a file. */
export const readClasses = (file: ArrayFile): Int32Array => Int32Array.from(readArray(file));

/** First values of the `index`th linear layer, weight as [outputs, inputs]: uniform in ±1/√inputs, as PyTorch's default. */
export function firstValues(
  [, inputs, outputs]: Extract<Layer, readonly ['linear', number, number]>,
  index: number,
) {
  const bound = 1 / Math.sqrt(inputs);
  return {
    weight: signedNoise(outputs * inputs, 2 * index, bound),
    bias: signedNoise(outputs, 2 * index + 1, bound),
  };
}

/** Operands of a product as they lie in memory. */
export function factors({ m, k, n, transposeA = false, transposeB = false }: ProductTask) {
  return {
    a: { values: signedNoise(m * k, 201), shape: transposeA ? [k, m] : [m, k] },
    b: { values: signedNoise(k * n, 202), shape: transposeB ? [n, k] : [k, n] },
  };
}

/** Arguments of an elementwise function or a softmax: in [−4, 4). */
export const argument = (size: number, seed = 301): Float32Array => signedNoise(size, seed, 4);

/** Images, kernels, and the gradient of the result of a convolution. */
export function convolutionOperands({ batch, channels, size, kernel }: ConvolutionTask) {
  const images = [batch, channels, size, size];
  return [images, [channels, channels, kernel, kernel], images].map((shape, i) => ({
    values: signedNoise(sizeOf(shape), 401 + i),
    shape,
  }));
}

/** Seeds the generator, which is PyTorch's, before the steps that are checked: what an adversarial pair draws is the same for all. */
export const drawSeed = 777;
