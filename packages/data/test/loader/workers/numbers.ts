import { rand, tensor } from '@kindling/core';
import type { Dataset } from '../../../src/dataset/dataset.ts';

interface Sample {
  readonly x: number;
  readonly noise: unknown;
  readonly name: string;
  readonly isEven: boolean;
  readonly row: Float64Array;
}

/** Samples of every form, with noise that is drawn. */
const numbers: Dataset<Promise<Sample>> = {
  length: 23,
  async get(i) {
    if (i % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    return {
      x: i,
      noise: rand([2]).add(tensor(i)),
      name: `number ${i}`,
      isEven: i % 2 === 0,
      row: Float64Array.of(i, i / 2),
    };
  },
};

export default numbers;
