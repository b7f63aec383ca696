import type { Sample } from './sample-kind.ts';

/** An image of a sample, as a canvas takes it. */
export interface SampleImage {
  /** Its place in the sample. */
  readonly index: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  readonly label: number | undefined;
  readonly prediction: number | undefined;
  /** Undefined where either is not known. */
  readonly isWrong: boolean | undefined;
}

/** The images of a sample, those with a wrong prediction first; among themselves they keep their order. */
export function sampleImages(sample: Sample<'images'>): SampleImage[] {
  const { width, height, channels = 1, labels, predictions } = sample;
  const bytes = bytesOf(sample.pixels);
  const size = width * height * channels;
  const count = size > 0 ? Math.floor(bytes.length / size) : 0;
  const images = Array.from({ length: count }, (_, index): SampleImage => {
    const [label, prediction] = [labels?.[index], predictions?.[index]];
    return {
      index,
      rgba: rgbaOf(bytes.subarray(index * size, (index + 1) * size), channels),
      label,
      prediction,
      isWrong: label === undefined || prediction === undefined ? undefined : label !== prediction,
    };
  });
  return [...images.filter(({ isWrong }) => isWrong), ...images.filter(({ isWrong }) => !isWrong)];
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function rgbaOf(bytes: Uint8Array, channels: 1 | 3): Uint8ClampedArray<ArrayBuffer> {
  const pixels = bytes.length / channels;
  const rgba = new Uint8ClampedArray(4 * pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      rgba[4 * pixel + channel] = bytes[channels * pixel + (channels === 1 ? 0 : channel)]!;
    }
    rgba[4 * pixel + 3] = 255;
  }
  return rgba;
}
