import { ArgumentError, Tensor } from '@kindling/core';
import { assertWhole, checkOptions, describeValue, formatShape, toBase64 } from '@kindling/core/internal';
import type { SampleEvent } from '../events/event.ts';
import { countsOf, type Numbers } from './logged-numbers.ts';
import { type SampleOptions, sampleLabels } from './sample-events.ts';

export interface LoggedImages extends SampleOptions {
  /**
   * Pictures: a tensor of shape [n, height, width] (gray) or [n, channels, height, width] with 1 or 3 channels; or bytes, picture by
   * picture, row by row, pixel by pixel, with `height`, `width` and `channels`. Floating-point tensors have values from 0 (black) to
   * 1, integers from 0 to 255; what is beyond is cut off.
   */
  readonly images: Tensor | Uint8Array | Uint8ClampedArray;
  readonly height?: number | undefined;
  readonly width?: number | undefined;
  /** Of bytes. Default 1. */
  readonly channels?: 1 | 3 | undefined;
  /** The class of each picture. */
  readonly labels?: Numbers | undefined;
  /** The predicted class of each picture. */
  readonly predictions?: Numbers | undefined;
}

type ImageSample = Omit<Extract<SampleEvent, { kind: 'images' }>, 'type' | 'epoch' | 'step' | 'time'>;

interface Bytes {
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

const op = 'logImages';

/** @throws {ArgumentError} for another shape, and for labels or predictions of another number. */
export function imageSample(options: LoggedImages): ImageSample {
  checkOptions<LoggedImages>(op, options, {
    images: true,
    height: true,
    width: true,
    channels: true,
    labels: true,
    predictions: true,
    name: true,
    split: true,
  });
  const { images } = options;
  const { bytes, count, height, width, channels } =
    images instanceof Tensor ? ofTensor(images) : ofBytes(images, options);
  const classes = (name: 'labels' | 'predictions') => {
    const given = options[name];
    if (given === undefined) return {};
    const values = countsOf(op, name, given);
    if (values.length !== count) {
      throw new ArgumentError(`${op}: expected ${name} of ${count} images, got ${values.length}`);
    }
    return { [name]: values };
  };
  return {
    kind: 'images',
    ...sampleLabels(op, options),
    height,
    width,
    ...(channels === 1 ? {} : { channels }),
    pixels: toBase64(bytes),
    ...classes('labels'),
    ...classes('predictions'),
  };
}

function ofTensor(images: Tensor): Bytes {
  const { shape, dtype } = images;
  const [count = 0, ...rest] = shape;
  const [channels, height, width] = rest.length === 2 ? [1, ...rest] : rest;
  if (rest.length < 2 || rest.length > 3 || (channels !== 1 && channels !== 3)) {
    throw new ArgumentError(
      `${op}: expected images of shape [n, height, width] or [n, 1 or 3, height, width], got ${formatShape(shape)}`,
    );
  }
  const values = images.data();
  const scale = dtype === 'float32' || dtype === 'float64' || dtype === 'bool' ? 255 : 1;
  const pixels = height! * width!;
  // It rounds, and cuts off what is beyond a byte.
  const bytes = new Uint8ClampedArray(values.length);
  for (let at = 0, image = 0; image < count; image++) {
    const first = image * channels * pixels;
    for (let pixel = 0; pixel < pixels; pixel++) {
      for (let channel = 0; channel < channels; channel++) {
        bytes[at++] = scale * Number(values[first + channel * pixels + pixel]);
      }
    }
  }
  return { bytes: new Uint8Array(bytes.buffer), count, height: height!, width: width!, channels };
}

function ofBytes(images: unknown, { height, width, channels = 1 }: LoggedImages): Bytes {
  if (!(images instanceof Uint8Array || images instanceof Uint8ClampedArray)) {
    throw new ArgumentError(`${op}: expected images to be a tensor or bytes, got ${describeValue(images)}`);
  }
  assertWhole(op, 'height', height, 1);
  assertWhole(op, 'width', width, 1);
  if (channels !== 1 && channels !== 3) {
    throw new ArgumentError(`${op}: expected channels to be 1 or 3, got ${describeValue(channels)}`);
  }
  const size = height! * width! * channels;
  if (images.length % size !== 0) {
    throw new ArgumentError(`${op}: expected a multiple of ${size} bytes, got ${images.length}`);
  }
  const bytes = new Uint8Array(images.buffer, images.byteOffset, images.length);
  return { bytes, count: images.length / size, height: height!, width: width!, channels };
}
