import { shortNumber } from '../axes/number-label.ts';
import { isDrawable, isLogDrawable, lackOf } from '../columns/column.ts';
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

const notPositive = 'not shown: ≤ 0 on a log axis';
const tooSmall = 'not shown: below 1e-300';

export function placedRows(curve: Curve, logX: boolean, logY: boolean, xName: string): PlacedRows {
  const order = rowsAlongX(curve, logX);
  const x = new Float64Array(order.length);
  const y = new Float64Array(order.length);
  const lacks = new Map<string, Tally>();
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!;
    const value = curve.y[row]!;
    x[i] = curve.x[row]!;
    y[i] = value;
    if (logY ? isLogDrawable(value) : isDrawable(value)) continue;
    y[i] = Number.NaN;
    const lack = !isDrawable(value) ? lackOf(value) : value > 0 ? tooSmall : notPositive;
    const tally = lacks.get(lack) ?? { count: 0, first: x[i]! };
    tally.count++;
    lacks.set(lack, tally);
  }

  const notes: string[] = [];
  const note = ({ count, first }: Tally, what: string) => {
    const where = Number.isNaN(first) ? '' : `, first at ${xName} ${shortNumber(first, 6)}`;
    if (count > 0) notes.push(`${count} of ${curve.y.length} values ${what}${where}`);
  };
  for (const [lack, tally] of lacks) note(tally, lack);
  const lost = { count: curve.x.length - order.length, first: Number.NaN };
  note(lost, `not shown: ${xName} ${logX ? '≤ 0 on a log axis' : 'is not finite'}`);
  return { x, y, along: logX ? x.map(Math.log) : x, up: logY ? y.map(Math.log) : y, notes };
}

interface Tally {
  count: number;
  /** x of the first row counted. */
  first: number;
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
