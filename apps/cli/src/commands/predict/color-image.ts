import { DataError, readFileBytes } from '@kindling/data';
import { sourceDescriptor } from '@kindling/data/internal';
import { pngSamples } from '@kindling/data/internal/images';
import type { TrainedModel } from '@kindling/train';
import { luma } from '../../image/luma.ts';
import { UsageError } from '../../usage-error.ts';
import type { PredictionInput } from './prediction-input.ts';

/** Size of the images in color that a model takes; undefined for other models. */
export function colorSize({
  experiment,
}: Pick<TrainedModel, 'experiment'>): { readonly height: number; readonly width: number } | undefined {
  const descriptor = sourceDescriptor(experiment.data.source);
  const [channels, height, width] = descriptor?.kind === 'images' ? descriptor.sampleShape : [];
  if (channels !== 3 || height === undefined || width === undefined) return undefined;
  return experiment.trainingStep === undefined ? { height, width } : undefined;
}

/** Bytes of a file that holds an image. */
const MAX_BYTES = 2 ** 28;

/** An image of the size that a model takes, in a PNG file; what is transparent shows white paper. */
export async function colorInput(
  file: string,
  index: number | undefined,
  size: { readonly height: number; readonly width: number },
): Promise<PredictionInput> {
  if (/\.csv(\.gz)?$/i.test(file)) {
    throw new UsageError(
      `predict: expected a PNG image for a model of images in color, got a CSV file (${file})`,
    );
  }
  if (index !== undefined) {
    throw new UsageError(`--index: expected no file, or an IDX file of images, got ${file}; omit --index`);
  }
  const bytes = await readFileBytes(file, { maxBytes: MAX_BYTES, expected: 'a PNG image' });
  const isPng = String.fromCharCode(...bytes.subarray(0, 4)) === '\x89PNG';
  if (!isPng) {
    throw new DataError({
      place: file,
      expected: 'a PNG image',
      got: 'a file of another format',
      hint: 'convert it to PNG',
    });
  }
  const { width, height, channels, data, white } = pngSamples(bytes, file);
  if (width !== size.width || height !== size.height) {
    const expected = `an image of ${size.width} × ${size.height} pixels`;
    throw new DataError({ place: file, expected, got: `${width} × ${height}`, hint: 'scale it' });
  }
  const pixels = width * height;
  const hasAlpha = channels % 2 === 0;
  const planes = Uint8Array.from({ length: 3 * pixels }, (_, i) => {
    const at = (i % pixels) * channels;
    const channel = channels < 3 ? 0 : Math.floor(i / pixels);
    const alpha = hasAlpha ? data[at + channels - 1]! / white : 1;
    return Math.round(255 * ((data[at + channel]! / white) * alpha + 1 - alpha));
  });
  const row = Array.from(planes, (value) => value / 255);
  return { row, file, picture: { pixels: luma(planes, pixels), ...size } };
}
