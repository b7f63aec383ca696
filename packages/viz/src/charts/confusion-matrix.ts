import { shortNumber } from '../axes/number-label.ts';
import type { Column } from '../columns/column.ts';
import { displayable } from '../display/displayable.ts';
import type { ChartOption, HeatmapSeries } from '../option.ts';
import { type ChartTexts, englishTexts } from '../text/chart-texts.ts';
import { ramps } from '../theme/palette.ts';
import { titleOf } from './title.ts';

/** How often samples of one class were taken for another. */
export interface ConfusionMatrixColumns {
  /** Row i, column j: the number of samples of class i that were predicted as class j. */
  readonly counts: readonly Column[];
  /** Names of the classes, in the order of the rows. Default: 0, 1, … */
  readonly classes?: readonly string[];
}

export interface ConfusionMatrixOptions {
  readonly title?: string;
  /**
   * `row`: each cell as percent of its row, the samples of a class, so that the diagonal is the recall. `column`: percent
   * of its column, the samples predicted as a class, so that the diagonal is the precision. Default: counts.
   */
  readonly percent?: 'row' | 'column';
  /** Texts of its own axes and notes. Default: English. */
  readonly texts?: ChartTexts;
}

/**
 * A confusion matrix: the target down, the prediction across, right ones on the diagonal. A note gives the accuracy and
 * the number of samples. A cell of a row (column) without samples is left empty under `percent`.
 *
 *     confusionMatrix({ counts, classes: ['cat', 'dog'] }, { percent: 'row' })
 *
 * @throws {RangeError} for a matrix that is not square or does not fit the classes, and for a count that is no integer
 * of at least 0
 */
export function confusionMatrix(
  { counts, classes }: ConfusionMatrixColumns,
  options: ConfusionMatrixOptions = {},
): ChartOption {
  const size = counts.length;
  const names = classes ?? counts.map((_, i) => String(i));
  const { percent, texts = englishTexts } = options;
  if (names.length !== size) {
    throw new RangeError(
      `confusionMatrix: expected a row for each of the ${names.length} classes, got ${size}`,
    );
  }
  if (percent !== undefined && percent !== 'row' && percent !== 'column') {
    throw new RangeError(`confusionMatrix: expected percent to be 'row' or 'column', got ${String(percent)}`);
  }
  const rowSums = new Float64Array(size);
  const columnSums = new Float64Array(size);
  let right = 0;
  for (const [i, row] of counts.entries()) {
    if (row.length !== size) {
      throw new RangeError(`confusionMatrix: expected ${size} counts in row ${i}, got ${row.length}`);
    }
    for (let j = 0; j < size; j++) {
      const count = row[j]!;
      if (!(Number.isInteger(count) && count >= 0)) {
        throw new RangeError(
          `confusionMatrix: expected counts to be integers of at least 0, got ${count} at row ${i}, column ${j}`,
        );
      }
      rowSums[i]! += count;
      columnSums[j]! += count;
      if (i === j) right += count;
    }
  }
  const data: HeatmapSeries['data'] = [];
  let largest = 0;
  for (const [i, row] of counts.entries()) {
    for (let j = 0; j < size; j++) {
      const count = row[j]!;
      largest = Math.max(largest, count);
      const whole = percent === 'row' ? rowSums[i]! : columnSums[j]!;
      if (!percent) data.push([j, i, count, shortNumber(count)]);
      else if (whole > 0) data.push([j, i, (100 * count) / whole, percentText((100 * count) / whole)]);
    }
  }
  const total = rowSums.reduce((sum, count) => sum + count, 0);
  const notes = total > 0 ? [texts.accuracy(shortNumber((100 * right) / total), total)] : [texts.noSamples];
  const valueName = percent ? texts.percentOf[percent] : texts.samples;
  return displayable({
    animation: false,
    ...titleOf(options.title, notes),
    xAxis: { type: 'category', name: texts.prediction, data: [...names] },
    yAxis: [{ type: 'category', name: texts.target, data: [...names], inverse: true }],
    visualMap: {
      show: true,
      min: 0,
      max: percent ? 100 : Math.max(1, largest),
      inRange: { color: [...ramps.sequential] },
      name: valueName,
    },
    series: [
      {
        type: 'heatmap',
        name: valueName,
        data,
        label: { show: true, formatter: '{@[3]}' },
      },
    ],
  });
}

/** `0`, `0.4`, `12.3`, `100`: no share that is not 0 is written as 0, none that is not 100 as 100. */
function percentText(percent: number): string {
  if (percent === 0 || percent === 100) return String(percent);
  if (percent < 0.1) return '<0.1';
  return percent > 99.9 ? '>99.9' : percent.toFixed(1);
}
