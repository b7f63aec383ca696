import type { PointwiseOp } from '../task.ts';
import type { StepWorkload } from '../workload.ts';

const float = 4;
/** Elements that no cache holds: their throughput is that of the memory. */
const large = 2 ** 23;

const pointwise = (op: PointwiseOp, size: number): StepWorkload => ({
  name: `${op}-${size}`,
  group: 'pointwise',
  measure: 'steps',
  unit: 'GB/s',
  step: { kind: 'pointwise', op, size },
  work: (op === 'add' ? 3 : 2) * size * float,
  ...(size === large ? { limit: 'copy-2t' } : {}),
});

const softmax = (rows: number, columns: number): StepWorkload => ({
  name: `softmax-${rows}x${columns}`,
  group: 'softmax',
  measure: 'steps',
  unit: 'GB/s',
  step: { kind: 'softmax', rows, columns },
  work: 2 * rows * columns * float,
});

const ops: readonly PointwiseOp[] = ['add', 'relu', 'exp', 'tanh', 'sigmoid'];

/** Bytes read and written in time, each counted once: in the nearest cache, in a farther one, and in memory. */
export const throughput: readonly StepWorkload[] = [
  ...[4096, 2 ** 18, large].flatMap((size) => ops.map((op) => pointwise(op, size))),
  softmax(256, 10),
  softmax(1024, 1024),
  softmax(64, 32_768),
];
