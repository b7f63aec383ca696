/**
 * Dots at eight to a character, in the patterns of Braille: two columns, four rows. Bit values by place, from the
 * Unicode chart of U+2800 – U+28FF.
 */
const bits = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** Points of the unit square, (0, 0) at the lower left, drawn as dots. What lies outside is not drawn. */
export class DotGrid {
  readonly columns: number;
  readonly rows: number;
  private readonly cells: Uint8Array;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.cells = new Uint8Array(columns * rows);
  }

  /** The Braille pattern of a cell, 0 where it is empty. */
  pattern(column: number, row: number): number {
    return this.cells[row * this.columns + column]!;
  }

  point(x: number, y: number): void {
    if (x >= 0 && x <= 1 && y >= 0 && y <= 1) this.set(this.dotX(x), this.dotY(y));
  }

  /** Four dots, for a point that stands alone: one dot is easily overlooked. */
  spot(x: number, y: number): void {
    if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) return;
    const [left, top] = [this.dotX(x) & ~1, this.dotY(y) & ~1];
    for (const dx of [0, 1]) for (const dy of [0, 1]) this.set(left + dx, top + dy);
  }

  /**
   * A straight line; of each `period` dots along its longer side the first `on` are drawn, counted from `phase`.
   * @returns the phase at which the next piece of the same line goes on
   */
  line(x0: number, y0: number, x1: number, y1: number, { on, period }: Dash = solid, phase = 0): number {
    const inside = clip(x0, y0, x1, y1);
    if (!inside) return phase;
    const [fromX, fromY] = [this.dotX(inside[0]), this.dotY(inside[1])];
    const [toX, toY] = [this.dotX(inside[2]), this.dotY(inside[3])];
    const steps = Math.max(Math.abs(toX - fromX), Math.abs(toY - fromY));
    for (let i = 0; i <= steps; i++) {
      if ((phase + i) % period >= on) continue;
      const share = steps === 0 ? 0 : i / steps;
      this.set(Math.round(fromX + share * (toX - fromX)), Math.round(fromY + share * (toY - fromY)));
    }
    return (phase + steps) % period;
  }

  /** All dots of a rectangle. */
  fill(x0: number, y0: number, x1: number, y1: number): void {
    const [left, right] = [
      this.dotX(Math.max(0, Math.min(x0, x1))),
      this.dotX(Math.min(1, Math.max(x0, x1))),
    ];
    const [low, high] = [this.dotY(Math.max(0, Math.min(y0, y1))), this.dotY(Math.min(1, Math.max(y0, y1)))];
    for (let x = left; x <= right; x++) for (let y = high; y <= low; y++) this.set(x, y);
  }

  /** Every second column of the dots of a rectangle. */
  hatch(x0: number, y0: number, x1: number, y1: number): void {
    const [left, right] = [this.dotX(Math.max(0, x0)), this.dotX(Math.min(1, x1))];
    const [low, high] = [this.dotY(Math.max(0, y0)), this.dotY(Math.min(1, y1))];
    for (let x = left + (left & 1); x <= right; x += 2) for (let y = high; y <= low; y++) this.set(x, y);
  }

  private dotX(x: number): number {
    return Math.round(x * (2 * this.columns - 1));
  }

  private dotY(y: number): number {
    return Math.round((1 - y) * (4 * this.rows - 1));
  }

  private set(x: number, y: number): void {
    const cell = (y >> 2) * this.columns + (x >> 1);
    this.cells[cell] = this.cells[cell]! | bits[y & 3]![x & 1]!;
  }
}

export interface Dash {
  readonly on: number;
  readonly period: number;
}

export const solid: Dash = { on: 1, period: 1 };

/** The part of a line in the unit square. Liang & Barsky, ACM Transactions on Graphics 3 (1984). */
function clip(x0: number, y0: number, x1: number, y1: number): [number, number, number, number] | undefined {
  const dx = x1 - x0;
  const dy = y1 - y0;
  let from = 0;
  let to = 1;
  for (const [direction, distance] of [
    [-dx, x0],
    [dx, 1 - x0],
    [-dy, y0],
    [dy, 1 - y0],
  ] as const) {
    if (direction === 0) {
      if (!(distance >= 0)) return undefined;
    } else if (direction < 0) {
      from = Math.max(from, distance / direction);
    } else {
      to = Math.min(to, distance / direction);
    }
  }
  return from <= to ? [x0 + from * dx, y0 + from * dy, x0 + to * dx, y0 + to * dy] : undefined;
}
