import type { RunColumns, SampleEvent } from '@kindling/train/events';
import { type Chart, imageGrid } from '@kindling/viz';
import { type DrawnRun, isChosen, type RunChart } from './run-chart.ts';
import { isOfKind, labelOf, newestSamples, sampleRecord, sampleTitle } from './samples.ts';

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

/** Images in a row, and rows at most, of those of several steps. */
const across = 8;
const maxRows = 8;

/** The steps at which images of one name were logged: the newest name that was at several. */
function course(columns: RunColumns): readonly Images[] {
  const byLabel = new Map<string | undefined, Images[]>();
  for (const sample of columns.samples) {
    if (!isOfKind(sample, 'images')) continue;
    byLabel.set(labelOf(sample), [...(byLabel.get(labelOf(sample)) ?? []), sample]);
  }
  return [...byLabel.values()].findLast((samples) => samples.length > 1) ?? [];
}

/** Up to so many of a list, evenly spread, the first and the last among them. */
const spread = <T>(list: readonly T[], most: number): readonly T[] =>
  list.length <= most
    ? list
    : Array.from({ length: most }, (_, i) => list[Math.round((i * (list.length - 1)) / (most - 1))]!);

/** How images changed in the course of training: a row a step, the first images of each. */
export const imagesOverTime: RunChart = {
  needs: 'images of several steps',
  options: [],
  has: (columns) => course(columns).length > 0,
  draw([run, ...others]) {
    const samples = spread(run ? course(run.columns) : [], maxRows);
    const [first] = samples;
    if (first === undefined || others.length > 0) {
      throw new RangeError(`--chart images-over-time: expected one run, got ${others.length + 1}`);
    }
    const { width, height } = first;
    const alike = samples.filter((sample) => sample.width === width && sample.height === height);
    const all = alike.map(greyPixels);
    const columns = Math.min(across, ...all.map((pixels) => Math.floor(pixels.length / (width * height))));
    return imageGrid(
      {
        pixels: all.flatMap((pixels) => [...pixels.subarray(0, columns * width * height)]),
        width,
        height,
        captions: alike.flatMap(({ step }) =>
          Array.from({ length: columns }, (_, i) => (i === 0 ? `step ${step}` : '')),
        ),
      },
      {
        title: [run!.name, ...(first.name === undefined ? [] : [first.name])].join(', '),
        range: [0, 255],
        columns,
        limit: columns * alike.length,
      },
    );
  },
  *records({ name, columns }) {
    for (const sample of course(columns)) yield sampleRecord(name, sample);
  },
};

/** Names of samples that have charts of their own. */
const ofLayers = ['filters', 'feature-maps'] as const;

/** The newest images of each name that a chart is about, or that `metric` chooses among those. */
const chosen = (
  columns: RunColumns,
  isMeant: (name: string) => boolean,
  metric?: readonly string[],
): readonly Images[] =>
  newestSamples(columns, 'images').filter(
    ({ name = '' }) => isMeant(name) && (metric === undefined || isChosen(name, metric)),
  );

const namesOf = (samples: readonly Images[]): readonly string[] => samples.map(({ name = '' }) => name);

function grid(chart: string, runs: readonly DrawnRun[], sample: Images | undefined): Chart {
  const [run, ...others] = runs;
  if (run === undefined || sample === undefined || others.length > 0) {
    throw new RangeError(`--chart ${chart}: expected one run, got ${runs.length}`);
  }
  const { width, height, labels, predictions } = sample;
  const classes = classesOf(run.columns);
  const known = [...(labels ?? []), ...(predictions ?? [])].every((index) => index < (classes?.length ?? 0));
  return imageGrid(
    {
      pixels: greyPixels(sample),
      width,
      height,
      ...(labels ? { labels } : {}),
      ...(predictions ? { predictions } : {}),
    },
    {
      title: sampleTitle(run.name, sample),
      range: [0, 255],
      limit: 64,
      ...(classes && known ? { classes } : {}),
    },
  );
}

/** The newest images of one run, with their labels and predictions where there are any. */
function imageChart(
  chart: string,
  needs: string,
  isMeant: (name: string) => boolean,
  choose: (samples: readonly Images[]) => Images | undefined,
): RunChart {
  return {
    needs,
    options: ['metric'],
    has: (columns) => chosen(columns, isMeant).length > 0,
    names: (columns) => namesOf(chosen(columns, isMeant)),
    draw: (runs, { metric }) =>
      grid(chart, runs, choose(runs[0] === undefined ? [] : chosen(runs[0].columns, isMeant, metric))),
    *records({ name, columns }, { metric }) {
      const sample = choose(chosen(columns, isMeant, metric));
      if (sample !== undefined) yield sampleRecord(name, sample);
    },
  };
}

/** The newest images: those of samples, or others by their name, such as `wrong`. */
export const images = imageChart(
  'images',
  'images',
  (name) => !ofLayers.some((prefix) => name.startsWith(`${prefix}/`)),
  (samples) => samples.at(-1),
);

/** The kernels of a convolution: the first, or the one whose name `metric` has. */
export const filters = imageChart(
  'filters',
  'kernels of convolutions',
  (name) => name.startsWith('filters/'),
  (samples) => samples[0],
);

/** What a convolution makes of an image. */
export const featureMaps = imageChart(
  'feature-maps',
  'feature maps of convolutions',
  (name) => name.startsWith('feature-maps/'),
  (samples) => samples[0],
);
