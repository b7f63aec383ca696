import { type Column, expectLength, isDrawable, isLogDrawable } from '../columns/column.ts';
import { downsample } from '../columns/downsample.ts';
import { displayable } from '../display/displayable.ts';
import type { ChartOption, LineSeries } from '../option.ts';
import { type ChartTexts, englishTexts } from '../text/chart-texts.ts';
import { orderedColors } from '../theme/palette.ts';
import { titleOf } from './title.ts';

/** Row i of every column of `norms` was measured at row i of `step`. */
export interface GradientNormColumns {
  readonly step: Column;
  /** L2 norm ‖∂L/∂w‖ of each layer's or parameter's gradient by its name, from the first layer to the last. */
  readonly norms: Readonly<Record<string, Column>>;
}

export interface GradientNormOptions {
  readonly title?: string;
  /** Default `step`. */
  readonly xName?: string;
  /** Default `log`, on which vanishing and exploding gradients show as lines that leave the others by decades. */
  readonly yScale?: 'linear' | 'log';
  /** Texts of its own axes and notes. Default: English. */
  readonly texts?: ChartTexts;
}

/** Most points kept of a line. */
const maxPoints = 1000;
/** Up to this many values, each is marked on its line. */
const markedValues = 40;
const dashes = ['solid', 'dashed', 'dotted'] as const;

/**
 * The length of each layer's gradient over the steps, on a logarithmic axis. The colours follow the order of the layers,
 * dark blue for the first, vermillion for the last. Norms of 0 have no place there: they are gaps, and a note counts
 * them for each layer. Rows are sorted by step.
 *
 *     gradientNorms({ step, norms: { '0.weight': first, '2.weight': second, '4.weight': last } })
 *
 * @throws {RangeError} for columns of different length, and for a norm below 0
 */
export function gradientNorms(
  { step, norms }: GradientNormColumns,
  options: GradientNormOptions = {},
): ChartOption {
  const { texts = englishTexts, xName = texts.step, yScale = 'log' } = options;
  const names = Object.keys(norms);
  const colors = orderedColors(names.length);
  const notes: string[] = [];
  const rows = Array.from({ length: step.length }, (_, row) => row)
    .filter((row) => isDrawable(step[row]!))
    .sort((a, b) => step[a]! - step[b]! || a - b);
  if (rows.length < step.length) notes.push(texts.unplacedRows(step.length - rows.length, xName));
  const x = Float64Array.from(rows, (row) => step[row]!);
  const series: LineSeries[] = [];
  for (const [index, name] of names.entries()) {
    const norm = norms[name]!;
    expectLength('gradientNorms', name, norm, step.length, 'step');
    const y = Float64Array.from(rows, (row) => (typeof norm[row] === 'number' ? norm[row]! : Number.NaN));
    const negative = y.findIndex((value) => value < 0);
    if (negative >= 0) {
      throw new RangeError(
        `gradientNorms: expected norms of at least 0, got ${y[negative]} in ${name} at ${xName} ${x[negative]}`,
      );
    }
    const zeros = y.filter((value) => value === 0).length;
    const lost = y.filter((value) => !isDrawable(value)).length;
    if (zeros > 0 && yScale === 'log') notes.push(texts.zeroNorms(name, zeros, y.length));
    if (lost > 0) notes.push(texts.lostNorms(name, lost, y.length));
    const isPlaced = yScale === 'log' ? isLogDrawable : isDrawable;
    const shown = y.map((value) => (isPlaced(value) ? value : Number.NaN));
    const data = downsample(x, shown, maxPoints).map((row): [number, number | null] => [
      x[row]!,
      Number.isNaN(shown[row]!) ? null : shown[row]!,
    ]);
    const color = colors[index]!;
    series.push({
      type: 'line',
      name,
      data,
      showSymbol: data.length <= markedValues,
      symbol: 'circle',
      symbolSize: 4,
      // Neighbours in a deep network have similar colours: dashes distinguish them.
      lineStyle: {
        color,
        width: 1.8,
        type: names.length > 5 ? dashes[index % dashes.length]! : 'solid',
        opacity: 1,
      },
      itemStyle: { color, opacity: 1 },
      z: 3,
    });
  }
  const visible = series.some(({ data }) => data.some(([, y]) => y !== null));
  if (!visible) notes.push(texts.nothing);
  return displayable({
    animation: false,
    ...titleOf(options.title, notes),
    ...(series.length > 1 ? { legend: { data: names } } : {}),
    xAxis: { type: 'value', name: xName, scale: true, minInterval: 1, min: 'dataMin', max: 'dataMax' },
    yAxis: [{ type: yScale === 'log' ? 'log' : 'value', name: texts.gradientNorm }],
    series: visible ? series : [],
  });
}
