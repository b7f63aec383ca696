import { describe, shapeArgument } from '../arguments.ts';
import { embedding, where } from '../combine.ts';
import { empty } from '../create.ts';
import { ArgumentError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import * as init from './init.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';

export interface EmbeddingOptions {
  /** A row that starts at 0 and gets no gradient; counts from the end when negative. Default: none. */
  readonly paddingIdx?: number;
}

/**
 * A learned vector for each of `numEmbeddings` integers. Int32 indices of any shape give an output of shape
 * [...index.shape, embeddingDim]. `weight`, of shape [numEmbeddings, embeddingDim], starts standard normal.
 *
 * Throws {@link ArgumentError} for a padding index outside the table.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.Embedding.html
 */
export class Embedding extends Module {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly paddingIdx: number | undefined;
  readonly weight: Parameter;

  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingOptions = {}) {
    super();
    const { paddingIdx } = checkOptions('Embedding', options, { paddingIdx: true });
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
    const table = init.normal(empty([numEmbeddings, embeddingDim]));
    if (this.paddingIdx !== undefined) table.select(0, this.paddingIdx).zero_();
    this.weight = new Parameter(table);
  }

  forward(index: Tensor): Tensor {
    const rows = embedding(this.weight, index);
    if (this.paddingIdx === undefined) return rows;
    return where(index.eq(this.paddingIdx).unsqueeze(-1), rows.detach(), rows);
  }

  protected override extraRepr(): string {
    const padding = this.paddingIdx === undefined ? '' : `, padding_idx=${this.paddingIdx}`;
    return `${this.numEmbeddings}, ${this.embeddingDim}${padding}`;
  }
}
