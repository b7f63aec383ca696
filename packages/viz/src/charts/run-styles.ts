import { okabeIto, seriesColor, seriesRound } from '../theme/palette.ts';
import type { Curve } from './curve.ts';
import type { CurveStyle } from './curve-style.ts';

const dashes: readonly CurveStyle['dash'][] = ['solid', 'dashed', 'dotted', [8, 3, 2, 3]];

/** `loss` of `loss/generator`: what stands before the first stroke. */
export function groupOf(metric: string): string {
  const stroke = metric.indexOf('/');
  return stroke > 0 ? metric.slice(0, stroke) : metric;
}

/** The shortest names that distinguish the curves of a panel, the same in every panel. */
export function nameCurves(curves: readonly Curve[], validationName: string): Curve[] {
  const hasRuns = new Set(curves.map(({ run }) => run)).size > 1;
  const hasSplits = new Set(curves.map(({ split }) => split)).size > 1;
  const shared = new Map<string, Set<string>>();
  for (const { metric } of curves) {
    const group = groupOf(metric);
    shared.set(group, (shared.get(group) ?? new Set()).add(metric));
  }
  return curves.map((curve) => {
    const split = curve.split === 'train' ? 'train' : validationName;
    const group = groupOf(curve.metric);
    const isShared = (shared.get(group)?.size ?? 0) > 1;
    const part = isShared ? curve.metric.slice(group.length + 1) || curve.metric : '';
    const what = [hasSplits || !(hasRuns || isShared) ? split : '', part].filter(Boolean).join(' ');
    return { ...curve, side: 0, name: hasRuns ? (what ? `${curve.run} (${what})` : curve.run) : what };
  });
}

const crowd: CurveStyle = { color: okabeIto.black, dash: 'solid', isFaint: true };

/** One run: the name gives the colour. Several runs: the run gives the colour, the rest of the name the dash. */
export function runStyles(
  curves: readonly Curve[],
  chosen: readonly string[] | undefined,
): Map<string, CurveStyle> {
  const runs = chosen ?? [...new Set(curves.map(({ run }) => run))];
  const kindOf = ({ metric, split }: Curve) => `${metric.slice(groupOf(metric).length)} ${split}`;
  const kinds = [...new Set(curves.map(kindOf))];
  const partOf = ({ metric }: Curve) => metric.slice(groupOf(metric).length);
  const parts = [...new Set(curves.map(partOf))];
  return new Map(
    curves.map((curve) => {
      if (runs.length > 1 || chosen) {
        const run = runs.indexOf(curve.run);
        if (run < 0) return [curve.name, crowd];
        const dash = kinds.indexOf(kindOf(curve)) + kinds.length * seriesRound(run);
        return [curve.name, { color: seriesColor(run), dash: dashes[dash % dashes.length]! }];
      }
      const isValidation = curve.split === 'validation';
      if (parts.length === 1)
        return [curve.name, { color: seriesColor(isValidation ? 1 : 0), dash: 'solid' }];
      const part = parts.indexOf(partOf(curve));
      const dash = dashes[((isValidation ? 1 : 0) + 2 * seriesRound(part)) % dashes.length]!;
      return [curve.name, { color: seriesColor(part), dash }];
    }),
  );
}
