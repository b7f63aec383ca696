import type { Curve } from './curve.ts';
import { type Point, type PointOptions, visiblePoints } from './visible-points.ts';

interface Kept {
  readonly version: number;
  readonly key: string;
  readonly points: Point[];
}

/** The newest points of each curve, and of its moving average: of many runs most stay as they are. */
const measured = new WeakMap<Curve, Kept>();
const smoothed = new WeakMap<Curve, Kept>();

/** The points that draw a curve, or its moving average where the weight of one is given. */
export function curvePoints(curve: Curve, weight: number, options: PointOptions): Point[] {
  const kept = weight > 0 ? smoothed : measured;
  const key = JSON.stringify([weight, options]);
  const last = kept.get(curve);
  if (last?.version === curve.version && last.key === key) return last.points;
  const values = weight > 0 ? curve.smoothed(weight) : curve.measured();
  const points = visiblePoints(curve, values, options);
  kept.set(curve, { version: curve.version, key, points });
  return points;
}
