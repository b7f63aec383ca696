import { type Column, expectLength, isDrawable } from '../columns/column.ts';
import type { Curve } from './curve.ts';
import type { TrainingColumns, TrainingCurveOptions } from './training-curve.ts';

export function isList(
  columns: TrainingColumns | readonly TrainingColumns[],
): columns is readonly TrainingColumns[] {
  return Array.isArray(columns);
}

export function findCurves(
  where: string,
  tables: readonly TrainingColumns[],
  metrics: readonly string[],
  axis: TrainingCurveOptions['axis'],
): Curve[] {
  const curves: Curve[] = [];
  for (const [index, table] of tables.entries()) {
    const run = table.run ?? `run ${index + 1}`;
    for (const [side, metric] of metrics.entries()) {
      for (const split of ['train', 'validation'] as const) {
        const y = table[split]?.[metric];
        if (!y) continue;
        const x = axis ? table[axis] : Array.from({ length: y.length }, (_, row) => row);
        if (!x) {
          throw new RangeError(
            `${where}: expected a column ${axis} in every table, got none in that of ${run}`,
          );
        }
        expectLength(where, `${split}.${metric} of ${run}`, y, x.length, axis ?? 'its rows');
        curves.push({ run, split, metric, side: side === 0 ? 0 : 1, name: '', x, y });
      }
    }
  }
  return curves;
}

/** The shortest names that distinguish the curves: `validation`, `train loss`, `adam`, `adam (validation loss)`. */
export function named(curves: readonly Curve[], validationName: string): Curve[] {
  const many = (key: 'run' | 'split' | 'metric') => new Set(curves.map((curve) => curve[key])).size > 1;
  const [runs, splits, metrics] = [many('run'), many('split'), many('metric')];
  return curves.map((curve) => {
    const split = curve.split === 'train' ? curve.split : validationName;
    const what = [splits || !(runs || metrics) ? split : '', metrics ? curve.metric : '']
      .filter(Boolean)
      .join(' ');
    return { ...curve, name: runs ? (what ? `${curve.run} (${what})` : curve.run) : what };
  });
}

export function timeUnit(curves: readonly Curve[]): { name: string; seconds: number } {
  let longest = 0;
  for (const { x } of curves) {
    for (let i = 0; i < x.length; i++) if (x[i]! > longest && x[i]! < Infinity) longest = x[i]!;
  }
  if (longest >= 3 * 3600) return { name: 'h', seconds: 3600 };
  return longest >= 180 ? { name: 'min', seconds: 60 } : { name: 's', seconds: 1 };
}

export function isWhole(x: Column): boolean {
  for (let i = 0; i < x.length; i++) if (x[i]! % 1 !== 0 && isDrawable(x[i]!)) return false;
  return true;
}

export function scaled(x: Column, divisor: number): Float64Array {
  return Float64Array.from(x, (value) => value / divisor);
}
