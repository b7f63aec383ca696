import { type ChartOption, decisionBoundary } from '@kindling/viz';
import type { Sample } from './sample-kind.ts';

interface Boundary {
  readonly names: readonly [string, string];
  readonly output: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly scores: readonly number[];
  readonly label: readonly number[] | undefined;
}

/** Nodes of a side from which on a grid shows more than its samples. */
const minNodes = 5;

/** A grid of predictions of one output for two inputs; `undefined` where the inputs are another number or lie on no whole grid. */
export function boundaryColumns({ input, prediction, target }: Sample<'predictions'>): Boundary | undefined {
  const [inputs, outputs] = [Object.entries(input), Object.entries(prediction)];
  const [[xName, xs] = [], [yName, ys] = []] = inputs;
  const [[output, scores] = []] = outputs;
  if (inputs.length !== 2 || outputs.length !== 1 || !xs || !ys || !scores || !output) return undefined;
  const x = ascending(xs);
  const y = ascending(ys);
  const isGrid =
    x.length >= minNodes &&
    y.length >= minNodes &&
    x.length * y.length === xs.length &&
    ys.length === xs.length;
  if (!isGrid || scores.length !== xs.length) return undefined;
  const placed = new Array<number>(xs.length).fill(Number.NaN);
  const labels = Object.values(target)[0];
  const seen = new Set<number>();
  for (const [i, value] of xs.entries()) {
    const at = y.indexOf(ys[i]!) * x.length + x.indexOf(value);
    seen.add(at);
    placed[at] = scores[i]!;
  }
  if (seen.size !== xs.length) return undefined;
  const label = labels?.length === xs.length ? labels : undefined;
  return { names: [xName!, yName!], output, x, y, scores: placed, label };
}

const ascending = (values: readonly number[]): number[] =>
  [...new Set(values)].filter(Number.isFinite).sort((a, b) => a - b);

/** Where the model decides how, with the samples that it was asked about where they are few. */
export function boundaryChart(sample: Sample<'predictions'>): ChartOption | undefined {
  const columns = boundaryColumns(sample);
  if (columns === undefined) return undefined;
  const { names, output, x, y, scores, label } = columns;
  const [xs, ys] = Object.values(sample.input) as [number[], number[]];
  const isFew = label !== undefined && label.length <= 100;
  return decisionBoundary(
    { x, y, scores, ...(isFew ? { samples: { x: xs, y: ys, label } } : {}) },
    { xName: names[0], yName: names[1], scoreName: output },
  );
}
