import { describe, shapeArgument } from '../arguments.ts';
import { empty } from '../create.ts';
import { ArgumentError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import { assertNorm, embedding } from './functional/embedding.ts';
import * as init from './init.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import { pythonFloat } from './python-text.ts';

export interface EmbeddingOptions {
  /** A row that starts at 0 and gets no gradient; counts from the end when negative. Default: none. */
  readonly paddingIdx?: number | undefined;
  /** The largest norm of a row: longer ones are scaled down to it, in place, when they are looked up. Default: none. */
  readonly maxNorm?: number | undefined;
  /** The p of that norm. Default 2. */
  readonly normType?: number | undefined;
}

/**
 * A learned vector for each of `numEmbeddings` integers. Int32 indices of any shape give an output of shape
 * [...index.shape, embeddingDim]. `weight`, of shape [numEmbeddings, embeddingDim], starts standard normal.
 *
 * Throws {@link ArgumentError} for a padding index outside the table, and for norms that are not above 0.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.Embedding.html
 */
export class Embedding extends Module {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly paddingIdx: number | undefined;
  readonly maxNorm: number | undefined;
  readonly normType: number;
  readonly weight: Parameter;

  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingOptions = {}) {
    super();
    const {
      paddingIdx,
      maxNorm,
      normType = 2,
    } = checkOptions('Embedding', options, { paddingIdx: true, maxNorm: true, normType: true });
    assertNorm('Embedding', { maxNorm, normType });
    shapeArgument('Embedding', [numEmbeddings, embeddingDim]);
    if (
      paddingIdx !== undefined &&
      !(Number.isInteger(paddingIdx) && paddingIdx >= -numEmbeddings && paddingIdx < numEmbeddings)
    ) {
      throw new ArgumentError(
        `Embedding: expected a paddingIdx in [${-numEmbeddings}, ${numEmbeddings - 1}], got ${describe(paddingIdx)}`,
      );
    }
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.paddingIdx = paddingIdx !== undefined && paddingIdx < 0 ? paddingIdx + numEmbeddings : paddingIdx;
    this.maxNorm = maxNorm;
    this.normType = normType;
    const table = init.normal(empty([numEmbeddings, embeddingDim]));
    if (this.paddingIdx !== undefined) table.select(0, this.paddingIdx).zero_();
    this.weight = new Parameter(table);
  }

  forward(index: Tensor): Tensor {
    const { weight, paddingIdx, maxNorm, normType } = this;
    return embedding(index, weight, { paddingIdx, maxNorm, normType });
  }

  protected override extraRepr(): string {
    const padding = this.paddingIdx === undefined ? '' : `, padding_idx=${this.paddingIdx}`;
    const norm = this.maxNorm === undefined ? '' : `, max_norm=${pythonFloat(this.maxNorm)}`;
    const type = this.normType === 2 ? '' : `, norm_type=${pythonFloat(this.normType)}`;
    return `${this.numEmbeddings}, ${this.embeddingDim}${padding}${norm}${type}`;
  }
}
