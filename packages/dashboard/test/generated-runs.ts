import type { SampleEvent } from '@kindling/train/events';
import type { HostMessage, Progress, RunRow } from '../src/protocol.ts';

/** A run that a test host has: its row, and all that it has logged. */
export interface GeneratedRun {
  row: RunRow;
  progress: Progress;
}

/** The same numbers from the same seed. Source: https://prng.di.unimi.it/splitmix64.c, in 32 bits. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}

export interface RunOptions {
  readonly id: string;
  readonly seed: number;
  readonly steps: number;
  readonly stepsPerEpoch: number;
  readonly lr: number;
  readonly state?: RunRow['state'];
  readonly began?: number;
  readonly samples?: readonly SampleEvent[];
  readonly tags?: string[];
  readonly note?: string;
  readonly hidden?: number;
}

const noon = Date.UTC(2026, 10, 28, 12);

/** The loss at a step: a falling curve with noise. */
const lossAt = (step: number, lr: number, noise: number): number =>
  0.05 + 2.2 * Math.exp((-step * lr) / 6) * (1 + 0.25 * (noise - 0.5)) + 0.02 * noise;

/** Columns of steps from one on. */
export function stepBlock(options: RunOptions, from: number, length: number) {
  const random = randomNumbers(options.seed + from);
  const column = (value: (step: number) => number) =>
    Float64Array.from({ length }, (_, row) => value(from + row));
  const { stepsPerEpoch, lr, began = noon } = options;
  return {
    from,
    length,
    columns: {
      step: column((step) => step),
      epoch: column((step) => Math.floor(step / stepsPerEpoch)),
      time: column((step) => began + 40 * step),
      'metric:loss': column((step) => lossAt(step, lr, random())),
      'metric:lr': column((step) => lr * 0.5 * (1 + Math.cos((Math.PI * Math.min(step, 5000)) / 5000))),
    },
  };
}

export function generatedRun(options: RunOptions): GeneratedRun {
  const { id, seed, steps, stepsPerEpoch, lr, state = 'completed', began = noon, samples = [] } = options;
  const epochs = Math.floor(steps / stepsPerEpoch);
  const random = randomNumbers(seed + 7);
  const column = (value: (epoch: number) => number) =>
    Float64Array.from({ length: epochs }, (_, epoch) => value(epoch));
  const loss = column((epoch) => lossAt((epoch + 1) * stepsPerEpoch, lr, random()) + 0.04);
  const accuracy = column(
    (epoch) => 0.985 - 0.6 * Math.exp((-(epoch + 1) * lr * stepsPerEpoch) / 8) - 0.01 * random(),
  );
  const block = stepBlock(options, 0, steps);
  const losses = block.columns['metric:loss'];
  const hidden = options.hidden ?? 64;
  const config = {
    name: id,
    seed,
    data: { type: 'digits', batchSize: 64 },
    model: [
      { type: 'flatten' },
      { type: 'linear', in: 784, out: hidden },
      { type: 'relu' },
      { type: 'dropout', p: 0.2 },
      { type: 'linear', in: hidden, out: 10 },
    ],
    loss: { type: 'crossEntropy' },
    optimizer: { type: 'adam', lr },
    epochs,
  };
  return {
    row: {
      id,
      name: id.split('/').at(-1)!,
      state,
      ...(state === 'failed' ? { reason: 'the data set is gone' } : {}),
      started: began,
      seconds: 0.04 * steps,
      device: seed % 3 === 0 ? 'cuda:0' : 'cpu',
      parameters: 785 * hidden + (hidden + 1) * 10,
      step: steps,
      epoch: epochs,
      epochs: epochs + (state === 'running' ? 4 : 0),
      settings: {
        'optimizer.type': 'adam',
        'optimizer.lr': String(lr),
        'model.hidden': String(hidden),
        seed: String(seed),
      },
      metrics: {
        loss: valuesOf(losses),
        'validation/loss': valuesOf(loss),
        'validation/accuracy': valuesOf(accuracy),
      },
      note: options.note ?? '',
      tags: options.tags ?? [],
    },
    progress: {
      type: 'progress',
      run: id,
      began,
      steps: block,
      epochs: {
        from: 0,
        length: epochs,
        columns: {
          epoch: column((epoch) => epoch),
          step: column((epoch) => (epoch + 1) * stepsPerEpoch),
          seconds: column(() => 2),
          time: column((epoch) => began + 40 * (epoch + 1) * stepsPerEpoch),
          'metric:train/accuracy': accuracy.map((value) => Math.min(1, value + 0.012)),
          'metric:validation/loss': loss,
          'metric:validation/accuracy': accuracy,
        },
      },
      samples: { from: 0, items: [...samples] },
      log: { skipped: 0, unknown: 0 },
      document: JSON.stringify(config),
    },
  };
}

function valuesOf(values: Float64Array): { last: number; min: number; max: number } {
  const finite = values.filter(Number.isFinite);
  return {
    last: values.at(-1) ?? Number.NaN,
    min: finite.length > 0 ? finite.reduce((a, b) => Math.min(a, b)) : Number.NaN,
    max: finite.length > 0 ? finite.reduce((a, b) => Math.max(a, b)) : Number.NaN,
  };
}

/** Samples of all kinds, as a classifier of digits would log them. */
export function allSamples(seed: number): SampleEvent[] {
  const random = randomNumbers(seed);
  const classes = Array.from({ length: 10 }, (_, i) => String(i));
  const at = (epoch: number) =>
    ({ type: 'sample', epoch, step: 200 * (epoch + 1), time: noon + epoch }) as const;
  const samples: SampleEvent[] = [];
  for (let epoch = 0; epoch < 8; epoch++) {
    const share = 0.5 + 0.06 * epoch;
    samples.push({
      ...at(epoch),
      kind: 'confusionMatrix',
      split: 'validation',
      classes,
      counts: classes.map((_, i) =>
        classes.map((__, j) => Math.round(i === j ? 100 * share : (100 * (1 - share) * random()) / 5)),
      ),
    });
    samples.push({
      ...at(epoch),
      kind: 'gradientNorms',
      parameters: ['1.weight', '1.bias', '4.weight', '4.bias'],
      norms: [1, 0.3, 2, 0.5].map((norm) => norm * Math.exp(-0.4 * epoch) * (0.8 + 0.4 * random())),
    });
    const edges = Array.from({ length: 31 }, (_, i) => -1.5 + i / 10);
    samples.push({
      ...at(epoch),
      kind: 'histogram',
      name: '1.weight',
      edges,
      counts: edges.slice(1).map((edge) => Math.round(2000 * Math.exp(-(edge ** 2) / (0.02 + 0.05 * epoch)))),
      nonFinite: epoch === 7 ? 3 : 0,
    });
    samples.push({
      ...at(epoch),
      kind: 'text',
      name: 'sample',
      text: `epoch ${epoch}: the seven was read as a ${epoch % 10}\n다음 에포크로 넘어갑니다`,
    });
  }
  samples.push(digitImages(random, at(7)), heights(random, at(7)), boundaryGrid(at(7)), xorRows(at(7)));
  return samples;
}

type SampleTime = Pick<SampleEvent, 'type' | 'epoch' | 'step' | 'time'>;

function digitImages(random: () => number, at: SampleTime): SampleEvent {
  const [count, size] = [24, 28];
  const bytes = Array.from({ length: count * size * size }, (_, i) => {
    const [x, y] = [i % size, Math.floor(i / size) % size];
    const image = Math.floor(i / (size * size));
    const distance = Math.abs(Math.hypot(x - 14, (y - 14) * (1 + (image % 3) / 4)) - 5 - (image % 4));
    return Math.round(Math.max(0, 255 - 110 * distance));
  });
  const labels = Array.from({ length: count }, () => Math.floor(10 * random()));
  return {
    ...at,
    kind: 'images',
    split: 'validation',
    width: size,
    height: size,
    pixels: btoa(String.fromCharCode(...bytes)),
    labels,
    predictions: labels.map((label, i) => (i % 6 === 2 ? (label + 3) % 10 : label)),
  };
}

function heights(random: () => number, at: SampleTime): SampleEvent {
  const weight = Array.from({ length: 120 }, () => 45 + 60 * random());
  return {
    ...at,
    kind: 'predictions',
    name: 'heights',
    input: { 'weight (kg)': weight },
    target: { 'height (cm)': weight.map((kg) => 120 + 0.7 * kg + 12 * (random() - 0.5)) },
    prediction: { 'height (cm)': weight.map((kg) => 121 + 0.69 * kg) },
  };
}

function boundaryGrid(at: SampleTime): SampleEvent {
  const side = Array.from({ length: 25 }, (_, i) => -0.5 + i / 12);
  const points = side.flatMap((y) => side.map((x) => [x, y] as const));
  return {
    ...at,
    kind: 'predictions',
    name: 'boundary',
    input: { x1: points.map(([x]) => x), x2: points.map(([, y]) => y) },
    target: {},
    prediction: { y: points.map(([x, y]) => 1 / (1 + Math.exp(12 * (x - 0.5) * (y - 0.5)))) },
  };
}

function xorRows(at: SampleTime): SampleEvent {
  const [x1, x2] = [
    [0, 0, 1, 1],
    [0, 1, 0, 1],
  ];
  const target = { y: [0, 1, 1, 0] };
  return { ...at, kind: 'predictions', split: 'train', input: { x1, x2 }, target, prediction: target };
}

/** A run whose loss is NaN from a step on, with an infinity before. */
export function divergedRun(id: string): GeneratedRun {
  const run = generatedRun({ id, seed: 5, steps: 400, stepsPerEpoch: 100, lr: 0.03, state: 'diverged' });
  const loss = run.progress.steps!.columns['metric:loss']!;
  loss[250] = Number.POSITIVE_INFINITY;
  loss.fill(Number.NaN, 300);
  run.row.reason = 'the loss is not finite: NaN at step 300';
  run.row.metrics.loss = { ...run.row.metrics.loss!, last: Number.NaN, max: Number.POSITIVE_INFINITY };
  return run;
}

/** A run of a loop of one's own that went on from an earlier step: its steps fall once. */
export function resumedRun(id: string): GeneratedRun {
  const options = { id, seed: 9, steps: 600, stepsPerEpoch: 100, lr: 0.02 };
  const run = generatedRun(options);
  const step = run.progress.steps!.columns.step!;
  for (let row = 400; row < step.length; row++) step[row] = row - 150;
  return run;
}

export function snapshotOf(runs: readonly GeneratedRun[], selected?: readonly string[]): HostMessage {
  return {
    type: 'snapshot',
    version: 1,
    folder: '/project/runs',
    actions: ['stop', 'resume', 'delete'],
    canAnnotate: true,
    runs: runs.map(({ row }) => row),
    ...(selected ? { selected: [...selected] } : {}),
  };
}
