import { isDrawable } from '../columns/column.ts';
import { exponentialMovingAverage } from '../columns/exponential-moving-average.ts';
import type { ScatterSeries } from '../option.ts';
import type { Curve } from './curve.ts';

export interface BestPoint {
  readonly x: number;
  readonly y: number;
}

const higherIsBetter =
  /(^|[^a-z])(acc|accuracy|auc|f1|precision|recall|r2|bleu|iou|map|score|reward|psnr|ssim)([^a-z]|$)/i;
const lowerIsBetter =
  /(^|[^a-z])(loss|error|err|mae|mse|rmse|mape|nll|bce|perplexity|ppl|wer|cer|fid)([^a-z]|$)/i;

/** Which value of a metric is its best, by a word in its name; `undefined` where none is, as of a learning rate. */
export function bestDirection(metric: string): 'min' | 'max' | undefined {
  const name = metric.replaceAll('²', '2');
  if (higherIsBetter.test(name)) return 'max';
  return lowerIsBetter.test(name) ? 'min' : undefined;
}

/** The first of the best values of the segments of a curve, of their moving average where they are smoothed. */
export function bestPoint(
  segments: readonly Curve[],
  direction: 'min' | 'max',
  smoothing: number,
): BestPoint | undefined {
  let best: BestPoint | undefined;
  for (const { x, y } of segments) {
    const values = smoothing > 0 ? exponentialMovingAverage(y, smoothing) : y;
    for (let row = 0; row < y.length; row++) {
      const value = values[row]!;
      if (!isDrawable(value) || !isDrawable(x[row]!)) continue;
      if (!best || (direction === 'min' ? value < best.y : value > best.y)) best = { x: x[row]!, y: value };
    }
  }
  return best;
}

/** The marker of a best point, over the curves, in the colour of its own. */
export function bestMarker({ x, y }: BestPoint, color: string): ScatterSeries {
  return {
    type: 'scatter',
    name: 'best',
    data: [[x, y]],
    symbol: 'diamond',
    symbolSize: 11,
    itemStyle: { color, opacity: 1, borderColor: '#ffffff', borderWidth: 1.5 },
    z: 6,
  };
}
