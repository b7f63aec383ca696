import { seriesColor } from '@kindling/viz';
import type { Curve } from './curve.ts';
import { kindOf, lineKinds } from './curve-group.ts';

export interface CurveStyle {
  /** Of the palette; the theme says how it looks. */
  readonly color: string;
  readonly dash: 'solid' | 'dashed' | 'dotted' | number[];
}

const dashes: readonly CurveStyle['dash'][] = ['solid', 'dashed', 'dotted', [8, 3, 2, 3]];

/**
 * How the lines of a panel look. One run: a colour for each split, or for each metric, validation dashed. Several runs: the run gives the
 * colour, split and metric the dash. The same rules as in `trainingCurves`.
 *
 * @param colors index of the colour of each run
 * @param isOne whether one run alone is drawn, in default colours
 */
export function curveStyles(
  curves: readonly Curve[],
  colors: ReadonlyMap<string, number>,
  isOne: boolean,
): Map<Curve, CurveStyle> {
  const kinds = lineKinds(curves);
  const parts = [...new Set(kinds.map(({ part }) => part))];
  return new Map(
    curves.map((curve) => {
      const kind = kinds.findIndex(({ key }) => key === kindOf(curve));
      if (!isOne) {
        return [
          curve,
          { color: seriesColor(colors.get(curve.run) ?? 0), dash: dashes[kind % dashes.length]! },
        ];
      }
      const isValidation = curve.split === 'validation';
      if (parts.length === 1) return [curve, { color: seriesColor(isValidation ? 1 : 0), dash: 'solid' }];
      const part = parts.indexOf(kinds[kind]!.part);
      return [curve, { color: seriesColor(part), dash: dashes[isValidation ? 1 : 0]! }];
    }),
  );
}
