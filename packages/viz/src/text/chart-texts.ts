/** Why a value has no place in a chart. */
export type Undrawable = 'missing' | 'notFinite' | 'beyond';

/**
 * The texts that charts of samples and models write by themselves: names of axes and entries that no option gives, and the notes under
 * the title. A page in another language passes its own as the option `texts`; names in data stay as they are.
 */
export interface ChartTexts {
  /** Of a chart without any value. */
  readonly nothing: string;
  readonly undrawable: Readonly<Record<Undrawable, string>>;
  readonly step: string;
  readonly value: string;
  readonly target: string;
  readonly prediction: string;
  readonly class: string;
  readonly score: string;
  readonly samples: string;
  readonly numberOfValues: string;
  readonly percentOfValues: string;
  /** Percent of the target's samples (`row`), or of those of the prediction (`column`). */
  readonly percentOf: Readonly<Record<'row' | 'column', string>>;
  readonly gradientNorm: string;
  readonly noSamples: string;
  /** @param percent such as `97.5` */
  accuracy(percent: string, samples: number): string;
  /** Rows whose place on the axis is not finite. */
  unplacedRows(rows: number, axis: string): string;
  zeroNorms(parameter: string, zeros: number, norms: number): string;
  lostNorms(parameter: string, lost: number, norms: number): string;
  lostScores(lost: number, scores: number): string;
  /** Values that are in no bin. `isRange`: also because they lie outside of the range that was asked for. */
  lostValues(lost: number, values: number, isRange: boolean): string;
  noBoundary(score: string, threshold: number): string;
  lostPoints(column: string, lost: string, points: number, reason: string): string;
  /** Where points lie on each other, one stands for all. */
  drawnPoints(column: string, drawn: number, points: number): string;
  predicted(name: string, score: string): string;
  judged(target: string, prediction: string, isRight: boolean): string;
  layers(count: number): string;
  parameters(count: number): string;
  /** The same in the box of a layer. */
  parametersShort(count: number): string;
}

const counted = (count: number, name: string): string =>
  `${count.toLocaleString('en')} ${name}${count === 1 ? '' : 's'}`;

export const englishTexts: ChartTexts = {
  nothing: 'no values to draw',
  undrawable: {
    missing: 'missing',
    notFinite: 'not finite (NaN or ±Infinity)',
    beyond: 'not shown: beyond ±1e300',
  },
  step: 'step',
  value: 'value',
  target: 'target',
  prediction: 'prediction',
  class: 'class',
  score: 'score',
  samples: 'samples',
  numberOfValues: 'number of values',
  percentOfValues: '% of values',
  percentOf: { row: '% of target', column: '% of prediction' },
  gradientNorm: 'gradient norm (L2)',
  noSamples: 'no samples',
  accuracy: (percent, samples) => `accuracy ${percent} % of ${samples.toLocaleString('en')} samples`,
  unplacedRows: (rows, axis) => `${rows} rows not shown: ${axis} is not finite`,
  zeroNorms: (parameter, zeros, norms) => `${parameter}: ${zeros} of ${norms} norms are 0`,
  lostNorms: (parameter, lost, norms) => `${parameter}: ${lost} of ${norms} norms not finite`,
  lostScores: (lost, scores) => `${lost} of ${scores} scores not finite`,
  lostValues: (lost, values, isRange) =>
    `${lost} of ${values} values not finite${isRange ? ' or outside the range' : ''}`,
  noBoundary: (score, threshold) => `no boundary: ${score} does not cross ${threshold} here`,
  lostPoints: (column, lost, points, reason) => `${column}: ${lost} of ${points} points ${reason}`,
  drawnPoints: (column, drawn, points) =>
    `${column}: ${drawn.toLocaleString('en')} of ${points.toLocaleString('en')} points drawn, one where several lie together`,
  predicted: (name, score) => `prediction ${name} (${score})`,
  judged: (target, prediction, isRight) =>
    `target ${target} (vermillion), ${prediction}: ${isRight ? 'right' : 'wrong'}`,
  layers: (count) => counted(count, 'layer'),
  parameters: (count) => counted(count, 'parameter'),
  parametersShort: (count) => counted(count, 'param'),
};
