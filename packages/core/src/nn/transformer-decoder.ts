import { assertTensor } from '../arguments.ts';
import { checkOptions } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import { attentionDropout } from './attention-dropout.ts';
import { Dropout } from './dropout.ts';
import { LayerNorm } from './layer-norm.ts';
import { Linear } from './linear.ts';
import { Module } from './module.ts';
import { MultiheadAttention } from './multihead-attention.ts';
import { copiesOf, optionalNorm, type TransformerEncoderOptions } from './transformer-encoder.ts';
import { type TransformerLayerOptions, transformerLayerSettings } from './transformer-layer-options.ts';

export interface TransformerDecoderInputs {
  /** What hides keys of the target from its queries, as `attnMask` of {@link MultiheadAttention}. Default: none. */
  readonly tgtMask?: Tensor | undefined;
  /** The same of the memory. */
  readonly memoryMask?: Tensor | undefined;
  /** Which keys of the target are padding, as `keyPaddingMask` of {@link MultiheadAttention}. Default: none. */
  readonly tgtKeyPaddingMask?: Tensor | undefined;
  /** The same of the memory. */
  readonly memoryKeyPaddingMask?: Tensor | undefined;
  /** Hide what is behind each position of the target; `tgtMask` may be left out. Default false. */
  readonly tgtIsCausal?: boolean;
  /** The same of the memory. */
  readonly memoryIsCausal?: boolean;
}

export const transformerDecoderInputNames = {
  tgtMask: true,
  memoryMask: true,
  tgtKeyPaddingMask: true,
  memoryKeyPaddingMask: true,
  tgtIsCausal: true,
  memoryIsCausal: true,
} as const;

/**
 * Attention of a target sequence to itself, attention of it to the memory that an encoder made, and two linear layers for each position,
 * each added to its input and normalized as in `TransformerEncoderLayer`.
 *
 * `forward(tgt, memory)` takes [T, N, dModel] and [S, N, dModel], with `batchFirst` [N, T, dModel] and [N, S, dModel], and gives the shape of
 * the target.
 *
 * Sources: https://arxiv.org/abs/1706.03762, https://docs.pytorch.org/docs/2.15/generated/torch.nn.TransformerDecoderLayer.html
 */
export class TransformerDecoderLayer extends Module<
  [tgt: Tensor, memory: Tensor, inputs?: TransformerDecoderInputs]
> {
  readonly selfAttn: MultiheadAttention;
  readonly multiheadAttn: MultiheadAttention;
  readonly linear1: Linear;
  readonly dropout: Dropout;
  readonly linear2: Linear;
  readonly normFirst: boolean;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly norm3: LayerNorm;
  readonly dropout1: Dropout;
  readonly dropout2: Dropout;
  readonly dropout3: Dropout;
  readonly activation: (x: Tensor) => Tensor;

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super();
    const { dimFeedforward, dropout, activation, layerNormEps, batchFirst, normFirst, bias } =
      transformerLayerSettings('TransformerDecoderLayer', options);
    this.selfAttn = new MultiheadAttention(dModel, nhead, { dropout, bias, batchFirst });
    this.multiheadAttn = new MultiheadAttention(dModel, nhead, { dropout, bias, batchFirst });
    this.linear1 = new Linear(dModel, dimFeedforward, { bias });
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, { bias });
    this.normFirst = normFirst;
    this.norm1 = new LayerNorm(dModel, { eps: layerNormEps, bias });
    this.norm2 = new LayerNorm(dModel, { eps: layerNormEps, bias });
    this.norm3 = new LayerNorm(dModel, { eps: layerNormEps, bias });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.dropout3 = new Dropout(dropout);
    this.activation = activation;
  }

  forward(tgt: Tensor, memory: Tensor, inputs: TransformerDecoderInputs = {}): Tensor {
    assertTensor('TransformerDecoderLayer', 'tgt', tgt);
    assertTensor('TransformerDecoderLayer', 'memory', memory);
    const given = checkOptions('TransformerDecoderLayer', inputs, transformerDecoderInputNames);
    const own = {
      attnMask: given.tgtMask,
      keyPaddingMask: given.tgtKeyPaddingMask,
      isCausal: given.tgtIsCausal ?? false,
      needWeights: false,
    };
    const across = {
      attnMask: given.memoryMask,
      keyPaddingMask: given.memoryKeyPaddingMask,
      isCausal: given.memoryIsCausal ?? false,
      needWeights: false,
    };
    const { selfAttn, multiheadAttn } = this;
    const attend = (x: Tensor): Tensor =>
      attentionDropout(this.dropout1, selfAttn.forward(x, x, x, own)[0], selfAttn.batchFirst);
    const look = (x: Tensor): Tensor =>
      attentionDropout(
        this.dropout2,
        multiheadAttn.forward(x, memory, memory, across)[0],
        multiheadAttn.batchFirst,
      );
    const feed = (x: Tensor): Tensor => {
      const hidden = this.dropout.forward(this.activation(this.linear1.forward(x)));
      return this.dropout3.forward(this.linear2.forward(hidden));
    };
    const parts = [
      [this.norm1, attend],
      [this.norm2, look],
      [this.norm3, feed],
    ] as const;
    return parts.reduce(
      (x, [norm, part]) => (this.normFirst ? x.add(part(norm.forward(x))) : norm.forward(x.add(part(x)))),
      tgt,
    );
  }
}

/** Options of a `TransformerDecoder`: those of an encoder. */
export type TransformerDecoderOptions = TransformerEncoderOptions;

/**
 * Copies of a layer, one after the other, as in `TransformerEncoder`; each looks at the same memory.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.TransformerDecoder.html
 */
export class TransformerDecoder extends Module<
  [tgt: Tensor, memory: Tensor, inputs?: TransformerDecoderInputs]
> {
  readonly layers: readonly TransformerDecoderLayer[];
  readonly norm: Module | undefined;

  constructor(
    decoderLayer: TransformerDecoderLayer,
    numLayers: number,
    options: TransformerDecoderOptions = {},
  ) {
    super();
    const { norm } = checkOptions('TransformerDecoder', options, { norm: true });
    this.layers = copiesOf('TransformerDecoder', decoderLayer, numLayers);
    this.norm = optionalNorm('TransformerDecoder', norm);
  }

  forward(tgt: Tensor, memory: Tensor, inputs: TransformerDecoderInputs = {}): Tensor {
    assertTensor('TransformerDecoder', 'tgt', tgt);
    const masks = checkOptions('TransformerDecoder', inputs, transformerDecoderInputNames);
    const output = this.layers.reduce((x, layer) => layer.forward(x, memory, masks), tgt);
    return this.norm?.forward(output) ?? output;
  }
}
