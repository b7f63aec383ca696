import { type Column, expectLength, isDrawable, undrawable } from '../columns/column.ts';
import { displayable } from '../display/displayable.ts';
import type { ChartOption } from '../option.ts';
import { type ChartTexts, englishTexts } from '../text/chart-texts.ts';
import { okabeIto } from '../theme/palette.ts';
import { titleOf } from './title.ts';

/** Row i of `values` belongs to row i of `labels`. */
export interface BarColumns {
  readonly labels: readonly string[];
  readonly values: Column;
}

export interface BarChartOptions {
  readonly title?: string;
  readonly xName?: string;
  readonly yName?: string;
  /** Index of a bar that stands out (vermillion), the true class for instance. */
  readonly highlight?: number;
  /** Ends of the value axis. Default: from the data, with zero. */
  readonly yRange?: readonly [min: number, max: number];
  /** Texts of its own axes and notes. Default: English. */
  readonly texts?: ChartTexts;
}

/**
 * A bar for each value: the outputs of a classifier, one for each class.
 *
 *     barChart({ labels: ['0', '1', …], values: outputs }, { xName: 'digit', yName: 'output', highlight: 4 })
 *
 * @throws RangeError for columns of different length, or a highlight that is no index
 */
export function barChart({ labels, values }: BarColumns, options: BarChartOptions = {}): ChartOption {
  const { title, xName, yName, highlight, yRange, texts = englishTexts } = options;
  expectLength('barChart', 'values', values, labels.length, 'labels');
  if (
    highlight !== undefined &&
    !(Number.isInteger(highlight) && highlight >= 0 && highlight < labels.length)
  ) {
    throw new RangeError(
      `barChart: expected highlight to be an index below ${labels.length}, got ${highlight}`,
    );
  }
  const lost = new Map<string, string[]>();
  for (const [i, label] of labels.entries()) {
    if (isDrawable(values[i]!)) continue;
    const lack = texts.undrawable[undrawable(values[i]!)];
    lost.set(lack, [...(lost.get(lack) ?? []), label]);
  }
  const notes = [...lost].map(([lack, names]) => `${lack}: ${names.join(', ')}`);
  if (labels.length === 0) notes.push(texts.nothing);
  return displayable({
    animation: false,
    ...titleOf(title, notes),
    xAxis: { type: 'category', ...(xName ? { name: xName } : {}), data: [...labels] },
    yAxis: [
      {
        type: 'value',
        ...(yName ? { name: yName } : {}),
        ...(yRange ? { min: yRange[0], max: yRange[1] } : {}),
      },
    ],
    series: [
      {
        type: 'bar',
        name: yName ?? 'values',
        data: labels.map((_, i) => ({
          value: isDrawable(values[i]!) ? values[i]! : null,
          itemStyle: { color: i === highlight ? okabeIto.vermillion : okabeIto.blue },
        })),
      },
    ],
  });
}
