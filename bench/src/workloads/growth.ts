import type { StepWorkload } from '../workload.ts';
import { mlp } from './layers.ts';

interface Size {
  readonly width: number;
  readonly depth: number;
  readonly batch: number;
}

const base: Size = { width: 64, depth: 2, batch: 64 };

function growing(group: string, value: number, { width, depth, batch }: Size): StepWorkload {
  const widths = [width, ...Array<number>(depth).fill(width), 10];
  return {
    name: `${group}-${value}`,
    group,
    measure: 'steps',
    unit: 'µs/step',
    step: {
      kind: 'training',
      data: { rows: batch, inputs: width, classes: 10 },
      layers: mlp(widths, ['relu']),
      loss: 'crossEntropy',
      optimizer: { type: 'sgd', lr: 0.01 },
      feed: 'fixed',
      batch,
    },
  };
}

/** How the cost of a step grows from two hidden layers of 64 and a batch of 64. */
export const growth: readonly StepWorkload[] = [
  ...[8, 32, 128, 512, 1024].map((width) => growing('width', width, { ...base, width })),
  ...[1, 4, 16, 64].map((depth) => growing('depth', depth, { ...base, depth })),
  ...[1, 16, 256, 4096].map((batch) => growing('batch', batch, { ...base, batch })),
];
