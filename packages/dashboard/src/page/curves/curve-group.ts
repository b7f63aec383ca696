import type { Curve, Split } from './curve.ts';

/** The curves of one panel. */
export interface CurveGroup {
  /** `loss` of `loss/generator`: what stands before the first stroke. */
  readonly name: string;
  readonly curves: readonly Curve[];
}

/** Curves in panels, one for each prefix of metrics, in the order in which they come; the learning rate last. */
export function groupCurves(curves: readonly Curve[]): CurveGroup[] {
  const groups = new Map<string, Curve[]>();
  for (const curve of curves) {
    const name = groupOf(curve.metric);
    const known = groups.get(name);
    if (known) known.push(curve);
    else groups.set(name, [curve]);
  }
  return [...groups]
    .map(([name, own]) => ({ name, curves: own }))
    .sort((a, b) => Number(a.name === 'lr') - Number(b.name === 'lr'));
}

export function groupOf(metric: string): string {
  const stroke = metric.indexOf('/');
  return stroke > 0 ? metric.slice(0, stroke) : metric;
}

/** What stands behind the prefix: `generator` of `loss/generator`, nothing of `loss`. */
export function partOf(metric: string): string {
  return metric.slice(groupOf(metric).length + 1);
}

/** Lines of a panel that are one entry of its legend: the same part of the same split, of all runs. */
export interface LineKind {
  readonly part: string;
  readonly split: Split;
}

export const kindOf = ({ metric, split }: Curve): string => `${partOf(metric)}|${split}`;

/** The kinds of lines in a panel, training first. */
export function lineKinds(curves: readonly Curve[]): (LineKind & { readonly key: string })[] {
  const kinds = new Map(
    curves.map((curve) => [
      kindOf(curve),
      { key: kindOf(curve), part: partOf(curve.metric), split: curve.split },
    ]),
  );
  return [...kinds.values()];
}
