import { shortNumber } from '../axes/number-label.ts';
import { isDrawable, isLogDrawable } from '../columns/column.ts';
import type { Curve } from './curve.ts';

/** The rows of a curve that have a place along x, in the order of x; y is NaN where it has no place. */
export interface PlacedRows {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** x and y in the space in which they are drawn: their logarithms on a logarithmic axis. */
  readonly along: Float64Array;
  readonly up: Float64Array;
  /** What could not be placed, a sentence each. */
  readonly notes: readonly string[];
}

export function placedRows(curve: Curve, logX: boolean, logY: boolean, xName: string): PlacedRows {
  const order = rowsAlongX(curve, logX);
  const x = new Float64Array(order.length);
  const y = new Float64Array(order.length);
  const notFinite = tally();
  const notPositive = tally();
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!;
    const value = curve.y[row]!;
    const reason = !isDrawable(value) ? notFinite : logY && !isLogDrawable(value) ? notPositive : undefined;
    x[i] = curve.x[row]!;
    y[i] = reason ? Number.NaN : value;
    if (reason && reason.count++ === 0) reason.first = x[i]!;
  }

  const notes: string[] = [];
  const note = ({ count, first }: Tally, what: string) => {
    const where = Number.isNaN(first) ? '' : `, first at ${xName} ${shortNumber(first, 6)}`;
    if (count > 0) notes.push(`${count} of ${curve.y.length} values ${what}${where}`);
  };
  note(notFinite, 'not finite (NaN or ±Infinity)');
  note(notPositive, 'not shown: ≤ 0 has no place on a log axis');
  const lost = { count: curve.x.length - order.length, first: Number.NaN };
  note(lost, `not shown: ${xName} ${logX ? '≤ 0 has no place on a log axis' : 'is not finite'}`);
  return { x, y, along: logX ? x.map(Math.log) : x, up: logY ? y.map(Math.log) : y, notes };
}

interface Tally {
  count: number;
  /** x of the first row counted. */
  first: number;
}

function tally(): Tally {
  return { count: 0, first: Number.NaN };
}

/** Indices of the rows, in ascending order of x; rows with equal x keep their order. */
function rowsAlongX({ x }: Curve, logX: boolean): Uint32Array {
  const rows = new Uint32Array(x.length);
  let count = 0;
  let ascending = true;
  for (let row = 0; row < x.length; row++) {
    if (!(logX ? isLogDrawable : isDrawable)(x[row]!)) continue;
    if (count > 0 && x[row]! < x[rows[count - 1]!]!) ascending = false;
    rows[count++] = row;
  }
  const placed = rows.subarray(0, count);
  return ascending ? placed : placed.sort((a, b) => x[a]! - x[b]! || a - b);
}
