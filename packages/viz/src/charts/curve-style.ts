import type { LineSeries } from '../option.ts';
import { seriesColor, seriesRound } from '../theme/palette.ts';
import type { Curve } from './curve.ts';

export interface CurveStyle {
  readonly color: string;
  readonly dash: LineSeries['lineStyle']['type'];
  /** One of a crowd, behind the others: thin, translucent, without its measured values. */
  readonly isFaint?: boolean;
}

// The last is dash, dot; lengths in pixels.
const dashes: readonly CurveStyle['dash'][] = ['solid', 'dashed', 'dotted', [8, 3, 2, 3]];

/**
 * One run: the split gives the colour, the axis the dash. Several runs: the run gives the colour, split and axis the
 * dash. After seven runs, when the colours begin again, the dashes go on with those that are still free.
 */
export function curveStyles(curves: readonly Curve[]): CurveStyle[] {
  const runs = [...new Set(curves.map(({ run }) => run))];
  const kindOf = ({ side, split }: Curve) => 2 * side + (split === 'validation' ? 1 : 0);
  const kinds = [...new Set(curves.map(kindOf))].sort();
  return curves.map((curve) => {
    if (runs.length === 1) {
      return { color: seriesColor(curve.split === 'validation' ? 1 : 0), dash: dashes[curve.side]! };
    }
    const run = runs.indexOf(curve.run);
    const dash = kinds.indexOf(kindOf(curve)) + kinds.length * seriesRound(run);
    return { color: seriesColor(run), dash: dashes[dash % dashes.length]! };
  });
}
