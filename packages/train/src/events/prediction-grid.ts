import type { SampleEvent } from './event.ts';

type Predictions = Extract<SampleEvent, { kind: 'predictions' }>;

/** One output of a model of two inputs over a grid of them. */
export interface PredictionGrid {
  readonly inputs: readonly [x: string, y: string];
  readonly output: string;
  /** Values of the first input at the columns, and of the second at the rows, ascending. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Row after row: that of (x[i], y[j]) is at j · x.length + i. */
  readonly scores: readonly number[];
}

/** Samples with their targets, in the inputs of a grid. */
export interface GridSamples {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly label: readonly number[];
}

/** Nodes of a side from which on a grid shows more than its samples. */
const MIN_NODES = 5;

/**
 * Predictions as a grid, whatever the order of their rows.
 *
 * @returns undefined where there are other than two inputs and one output, or the inputs lie on no whole grid of 5 × 5 nodes or more.
 */
export function predictionGrid({ input, prediction }: Predictions): PredictionGrid | undefined {
  const [inputs, outputs] = [Object.entries(input), Object.entries(prediction)];
  const [[xName, xs] = [], [yName, ys] = []] = inputs;
  const [[output, scores] = []] = outputs;
  if (inputs.length !== 2 || outputs.length !== 1 || !xs || !ys || !scores) return undefined;
  const x = ascending(xs);
  const y = ascending(ys);
  const isWhole = x.length * y.length === xs.length && ys.length === xs.length && scores.length === xs.length;
  if (x.length < MIN_NODES || y.length < MIN_NODES || !isWhole) return undefined;
  const [columns, rows] = [indices(x), indices(y)];
  const placed = new Map(xs.map((value, i) => [rows.get(ys[i]!)! * x.length + columns.get(value)!, i]));
  if (placed.size !== xs.length || placed.has(Number.NaN)) return undefined;
  return {
    inputs: [xName!, yName!],
    output: output!,
    x,
    y,
    scores: xs.map((_, node) => scores[placed.get(node)!]!),
  };
}

/**
 * The newest samples of the model of a grid: predictions with the same inputs, one target, and no grid.
 *
 * @returns undefined where there are none.
 */
export function samplesOfGrid(
  { inputs: [xName, yName] }: PredictionGrid,
  samples: readonly SampleEvent[],
): GridSamples | undefined {
  for (const sample of samples.toReversed()) {
    if (sample.kind !== 'predictions' || Object.keys(sample.input).length !== 2) continue;
    const [x, y] = [sample.input[xName], sample.input[yName]];
    const [label, ...others] = Object.values(sample.target);
    if (!x || !y || !label || others.length > 0 || predictionGrid(sample)) continue;
    if (x.length === y.length && x.length === label.length) return { x, y, label };
  }
  return undefined;
}

const ascending = (values: readonly number[]): number[] =>
  [...new Set(values)].filter(Number.isFinite).sort((a, b) => a - b);

const indices = (values: readonly number[]): Map<number, number> =>
  new Map(values.map((value, index) => [value, index]));
