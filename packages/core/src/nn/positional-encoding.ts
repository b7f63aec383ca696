import { assertBoolean, assertTensor, assertWhole } from '../arguments.ts';
import { tensor } from '../create.ts';
import { formatShape, ShapeError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import { Buffer } from './buffer.ts';
import { Dropout } from './dropout.ts';
import { Module } from './module.ts';

export interface PositionalEncodingOptions {
  /** Probability of dropout of the sums. Default 0.1. */
  readonly dropout?: number;
  /** The longest sequence. Default 5000. */
  readonly maxLen?: number;
  /** Take and give [N, L, E] instead of [L, N, E]. Default false. */
  readonly batchFirst?: boolean;
}

/** sin and cos of pos·10000^(−2i/d) in turns, [maxLen, d]. */
function sinusoids(maxLen: number, size: number): Tensor {
  const table = new Float32Array(maxLen * size);
  for (let column = 0; column < size; column++) {
    const rate = Math.exp((-Math.log(10000) / size) * (column - (column % 2)));
    for (let position = 0; position < maxLen; position++) {
      const angle = position * rate;
      table[position * size + column] = column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }
  }
  return tensor(table, { shape: [maxLen, size] });
}

/**
 * Adds to each vector of a sequence what tells its position: x + PE, with PE[pos, 2i] = sin(pos·10000^(−2i/d)) and PE[pos, 2i+1] the cosine
 * of the same angle, then dropout. Inputs are [L, N, dModel], with `batchFirst` [N, L, dModel], or without a batch [L, dModel].
 *
 * The table is a buffer `pe`, which is computed anew and not saved. Encodings that are learned are an `Embedding` of the positions.
 *
 * Source: https://arxiv.org/abs/1706.03762
 */
export class PositionalEncoding extends Module {
  readonly dropout: Dropout;
  readonly batchFirst: boolean;
  readonly pe: Buffer;

  constructor(dModel: number, options: PositionalEncodingOptions = {}) {
    super();
    const {
      dropout = 0.1,
      maxLen = 5000,
      batchFirst = false,
    } = checkOptions('PositionalEncoding', options, { dropout: true, maxLen: true, batchFirst: true });
    assertWhole('PositionalEncoding', 'dModel', dModel, 1);
    assertWhole('PositionalEncoding', 'maxLen', maxLen, 1);
    assertBoolean('PositionalEncoding', 'batchFirst', batchFirst);
    this.dropout = new Dropout(dropout);
    this.batchFirst = batchFirst;
    this.pe = new Buffer(sinusoids(maxLen, dModel), { persistent: false });
  }

  forward(x: Tensor): Tensor {
    assertTensor('PositionalEncoding', 'the input', x);
    const [maxLen, size] = this.pe.shape as [number, number];
    const axis = x.ndim === 3 && this.batchFirst ? 1 : 0;
    const length = x.shape[axis];
    if ((x.ndim !== 2 && x.ndim !== 3) || x.shape.at(-1) !== size || length! > maxLen) {
      const layout = this.batchFirst ? 'N, L' : 'L, N';
      throw new ShapeError(
        `PositionalEncoding: expected an input [${layout}, ${size}] or [L, ${size}] with L of at most ${maxLen}, got ${formatShape(x.shape)}`,
      );
    }
    const rows = this.pe.narrow(0, 0, length!);
    return this.dropout.forward(x.add(x.ndim === 3 && !this.batchFirst ? rows.unsqueeze(1) : rows));
  }
}
