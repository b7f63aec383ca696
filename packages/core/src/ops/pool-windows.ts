import { ArgumentError } from '../errors.ts';

/** The positions of a window on one axis; −1 stands for one outside. All windows of an axis have equally many. */
export type AxisWindows = readonly (readonly number[])[];

/** How windows of one size lie on an axis. */
export interface AxisLayout {
  readonly size: number;
  readonly count: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
}

/** Windows of one size on an axis, a stride apart. */
export const stridedWindows = ({ size, count, kernel, stride, padding, dilation }: AxisLayout): AxisWindows =>
  Array.from({ length: count }, (_, i) =>
    Array.from({ length: kernel }, (_, k) => {
      const at = i * stride - padding + k * dilation;
      return at >= 0 && at < size ? at : -1;
    }),
  );

/** Elements of windows, at most, that are listed one by one on the host. */
const MAX_LISTED = 2 ** 28;

/** Windows that divide an axis as evenly as may be: [⌊i·size/count⌋, ⌈(i+1)·size/count⌉). */
export function adaptiveWindows(size: number, count: number): AxisWindows {
  const bounds = Array.from({ length: count }, (_, i) => [
    Math.floor((i * size) / count),
    Math.ceil(((i + 1) * size) / count),
  ]);
  const longest = Math.max(0, ...bounds.map(([start, end]) => end! - start!));
  return bounds.map(([start, end]) =>
    Array.from({ length: longest }, (_, k) => (start! + k < end! ? start! + k : -1)),
  );
}

/** Windows of a plane. */
export interface PlaneWindows {
  readonly outHeight: number;
  readonly outWidth: number;
  /** Elements of a window. */
  readonly length: number;
  /** For each window in row-major order the positions of its elements in the plane, likewise; −1 for those outside. */
  readonly positions: Int32Array;
}

/**
 * The windows that those of two axes span.
 *
 * @throws {ArgumentError} for windows of more than 2²⁸ elements in all.
 */
export function planeWindows(rows: AxisWindows, columns: AxisWindows, width: number): PlaneWindows {
  const length = (rows[0]?.length ?? 0) * (columns[0]?.length ?? 0);
  const listed = rows.length * columns.length * length;
  if (listed > MAX_LISTED) {
    throw new ArgumentError(
      `pooling: expected windows of at most ${MAX_LISTED} elements in all, got ${rows.length} × ${columns.length} windows of ${length}`,
    );
  }
  const positions = new Int32Array(listed);
  let next = 0;
  for (const row of rows) {
    for (const column of columns) {
      for (const y of row) {
        for (const x of column) positions[next++] = y < 0 || x < 0 ? -1 : y * width + x;
      }
    }
  }
  return { outHeight: rows.length, outWidth: columns.length, length, positions };
}
