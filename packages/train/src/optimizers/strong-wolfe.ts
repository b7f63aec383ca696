/** A point along the direction of a line search: the step size, the loss, its gradient, and the gradient along the direction. */
export interface SearchPoint {
  readonly t: number;
  readonly loss: number;
  readonly gradient: Float64Array;
  readonly slope: number;
}

const ARMIJO = 1e-4;
const CURVATURE = 0.9;

/** The minimum, between bounds, of the cubic with the losses and slopes of two points. */
function cubicMinimum(a: SearchPoint, b: SearchPoint, bounds?: readonly [number, number]): number {
  const [low, high] = bounds ?? [Math.min(a.t, b.t), Math.max(a.t, b.t)];
  const d1 = a.slope + b.slope - (3 * (a.loss - b.loss)) / (a.t - b.t);
  const square = d1 ** 2 - a.slope * b.slope;
  if (!(square >= 0)) return (low + high) / 2;
  const d2 = Math.sqrt(square);
  const [near, far] = a.t <= b.t ? [a, b] : [b, a];
  const t = far.t - (far.t - near.t) * ((far.slope + d2 - d1) / (far.slope - near.slope + 2 * d2));
  return Math.min(Math.max(t, low), high);
}

/**
 * A step size that satisfies the strong Wolfe conditions: the loss falls by at least 10⁻⁴ of what the slope promises, and the slope to at
 * most 0.9 of what it was.
 *
 * @param start the point of step size 0.
 * @param t the first step size to try.
 * @param evaluate loss and gradient at a step size.
 * @param width largest size of the direction's elements: the search ends where a bracket is too narrow to change a weight.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.optim.LBFGS.html (`line_search_fn='strong_wolfe'`)
 */
export function strongWolfe(
  start: SearchPoint,
  t: number,
  evaluate: (t: number) => SearchPoint,
  width: number,
  { toleranceChange, maxSearches }: { readonly toleranceChange: number; readonly maxSearches: number },
): { readonly point: SearchPoint; readonly evaluations: number } {
  const isTooHigh = (point: SearchPoint): boolean => point.loss > start.loss + ARMIJO * point.t * start.slope;
  const isFlat = (point: SearchPoint): boolean => Math.abs(point.slope) <= -CURVATURE * start.slope;

  let point = evaluate(t);
  let evaluations = 1;
  let searches = 0;
  let before = start;
  let bracket: [SearchPoint, SearchPoint] | undefined;
  for (; searches < maxSearches; searches++) {
    if (isTooHigh(point) || (searches > 1 && point.loss >= before.loss)) {
      bracket = [before, point];
      break;
    }
    if (isFlat(point)) return { point, evaluations };
    if (point.slope >= 0) {
      bracket = [before, point];
      break;
    }
    const next = cubicMinimum(before, point, [point.t + 0.01 * (point.t - before.t), point.t * 10]);
    before = point;
    point = evaluate(next);
    evaluations++;
  }
  bracket ??= [start, point];

  const sorted = ([a, b]: readonly [SearchPoint, SearchPoint]): [low: SearchPoint, high: SearchPoint] =>
    a.loss <= b.loss ? [a, b] : [b, a];
  let [low, high] = sorted(bracket);
  let isStuck = false;
  for (; searches < maxSearches; searches++) {
    const [from, to] = low.t <= high.t ? [low.t, high.t] : [high.t, low.t];
    if ((to - from) * width < toleranceChange) break;
    let next = cubicMinimum(low, high);
    // Near an end of the bracket twice, or on it: a tenth of the bracket away from it.
    const margin = 0.1 * (to - from);
    if (Math.min(to - next, next - from) < margin) {
      const isMoved: boolean = isStuck || next >= to || next <= from;
      if (isMoved) next = Math.abs(next - to) < Math.abs(next - from) ? to - margin : from + margin;
      isStuck = !isMoved;
    } else {
      isStuck = false;
    }
    point = evaluate(next);
    evaluations++;
    if (isTooHigh(point) || point.loss >= low.loss) {
      [low, high] = sorted([low, point]);
      continue;
    }
    if (isFlat(point)) return { point, evaluations };
    if (point.slope * (high.t - low.t) >= 0) high = low;
    low = point;
  }
  return { point: low, evaluations };
}
