import { shortNumber } from '../axes/number-label.ts';
import { isDrawable, isLogDrawable, undrawable } from '../columns/column.ts';
import { englishTexts } from '../text/chart-texts.ts';
import type { Curve } from './curve.ts';

/** The rows of a curve that can be drawn, in ascending order of x; y is NaN where it cannot be drawn. */
export interface DrawableRows {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** x and y in the space in which they are drawn: their logarithms on a logarithmic axis. */
  readonly axisX: Float64Array;
  readonly axisY: Float64Array;
  /** What cannot be drawn, one sentence each. */
  readonly notes: readonly string[];
}

const notPositive = 'not shown: ≤ 0 on a log axis';
const tooSmall = 'not shown: below 1e-300';

export function drawableRows(curve: Curve, logX: boolean, logY: boolean, xName: string): DrawableRows {
  const order = sortedRows(curve, logX);
  const x = new Float64Array(order.length);
  const y = new Float64Array(order.length);
  const tallies = new Map<string, Tally>();
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!;
    const value = curve.y[row]!;
    x[i] = curve.x[row]!;
    y[i] = value;
    if (logY ? isLogDrawable(value) : isDrawable(value)) continue;
    y[i] = Number.NaN;
    const reason = !isDrawable(value)
      ? englishTexts.undrawable[undrawable(value)]
      : value > 0
        ? tooSmall
        : notPositive;
    const tally = tallies.get(reason) ?? { count: 0, first: x[i]! };
    tally.count++;
    tallies.set(reason, tally);
  }

  const notes: string[] = [];
  const note = ({ count, first }: Tally, what: string) => {
    const where = Number.isNaN(first) ? '' : `, first at ${xName} ${shortNumber(first, 6)}`;
    if (count > 0) notes.push(`${count} of ${curve.y.length} values ${what}${where}`);
  };
  for (const [reason, tally] of tallies) note(tally, reason);
  const lost = { count: curve.x.length - order.length, first: Number.NaN };
  note(lost, `not shown: ${xName} ${logX ? '≤ 0 on a log axis' : 'is not finite'}`);
  return { x, y, axisX: logX ? x.map(Math.log) : x, axisY: logY ? y.map(Math.log) : y, notes };
}

interface Tally {
  count: number;
  /** x of the first row counted. */
  first: number;
}

/** Indices of the rows, in ascending order of x; rows with equal x keep their order. */
function sortedRows({ x }: Curve, logX: boolean): Uint32Array {
  const rows = new Uint32Array(x.length);
  let count = 0;
  let ascending = true;
  for (let row = 0; row < x.length; row++) {
    if (!(logX ? isLogDrawable : isDrawable)(x[row]!)) continue;
    if (count > 0 && x[row]! < x[rows[count - 1]!]!) ascending = false;
    rows[count++] = row;
  }
  const drawable = rows.subarray(0, count);
  return ascending ? drawable : drawable.sort((a, b) => x[a]! - x[b]! || a - b);
}
