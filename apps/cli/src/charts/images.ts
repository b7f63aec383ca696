import type { RunColumns, SampleEvent } from '@kindling/train/events';
import { imageGrid } from '@kindling/viz';
import type { RunChart } from './run-chart.ts';
import { newestSamples, sampleRecord, sampleTitle } from './samples.ts';

type Images = Extract<SampleEvent, { kind: 'images' }>;

/** Luma of red, green and blue. Source: ITU-R BT.601. */
const luma = [0.299, 0.587, 0.114] as const;

/** A grey value for each pixel, from 0 to 255. */
function greyPixels({ pixels, channels = 1 }: Images): Uint8Array {
  const bytes = Buffer.from(pixels, 'base64');
  if (channels === 1) return bytes;
  return Uint8Array.from({ length: Math.floor(bytes.length / 3) }, (_, pixel) =>
    Math.round(luma.reduce((sum, weight, channel) => sum + weight * bytes[3 * pixel + channel]!, 0)),
  );
}

/** Names of the classes, of a run that has a confusion matrix. */
const classesOf = (columns: RunColumns): readonly string[] | undefined =>
  columns.lastSample('confusionMatrix')?.classes;

const newest = (columns: RunColumns): Images | undefined => newestSamples(columns, 'images').at(-1);

/** The newest images of one run with their labels and predictions. */
export const images: RunChart = {
  needs: 'images',
  options: [],
  has: (columns) => newest(columns) !== undefined,
  draw([run, ...others]) {
    const sample = run && newest(run.columns);
    if (sample === undefined || others.length > 0) {
      throw new RangeError(`--chart images: expected one run, got ${others.length + 1}`);
    }
    const { width, height, labels, predictions } = sample;
    const classes = classesOf(run!.columns);
    const known = [...(labels ?? []), ...(predictions ?? [])].every(
      (index) => index < (classes?.length ?? 0),
    );
    return imageGrid(
      {
        pixels: greyPixels(sample),
        width,
        height,
        ...(labels ? { labels } : {}),
        ...(predictions ? { predictions } : {}),
      },
      { title: sampleTitle(run!.name, sample), range: [0, 255], ...(classes && known ? { classes } : {}) },
    );
  },
  *records({ name, columns }) {
    const sample = newest(columns);
    if (sample !== undefined) yield sampleRecord(name, sample);
  },
};
