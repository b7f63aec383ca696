import { assertTensor, assertWhole, describe } from '../arguments.ts';
import { ArgumentError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import { attentionDropout } from './attention-dropout.ts';
import { deepCopy } from './deep-copy.ts';
import { Dropout } from './dropout.ts';
import { LayerNorm } from './layer-norm.ts';
import { Linear } from './linear.ts';
import { MAX_LAYERS } from './max-layers.ts';
import { Module } from './module.ts';
import { MultiheadAttention } from './multihead-attention.ts';
import { type TransformerLayerOptions, transformerLayerSettings } from './transformer-layer-options.ts';

export interface TransformerEncoderLayerInputs {
  /** What hides keys from queries, as `attnMask` of {@link MultiheadAttention}. Default: none. */
  readonly srcMask?: Tensor | undefined;
  /** Which keys are padding, as `keyPaddingMask` of {@link MultiheadAttention}. Default: none. */
  readonly srcKeyPaddingMask?: Tensor | undefined;
  /** Hide what is behind each position; `srcMask` may be left out. Default false. */
  readonly isCausal?: boolean;
}

/**
 * Attention of a sequence to itself and two linear layers for each position, each added to its input and normalized:
 * y = norm₁(x + attention(x)), output norm₂(y + linear₂(activation(linear₁(y)))). With `normFirst` y = x + attention(norm₁(x)), and
 * likewise the rest. Dropout follows each part and the activation.
 *
 * Inputs and outputs are [L, N, dModel], with `batchFirst` [N, L, dModel], or without a batch [L, dModel].
 *
 * Sources: https://arxiv.org/abs/1706.03762, https://docs.pytorch.org/docs/2.15/generated/torch.nn.TransformerEncoderLayer.html
 */
export class TransformerEncoderLayer extends Module<[src: Tensor, inputs?: TransformerEncoderLayerInputs]> {
  readonly selfAttn: MultiheadAttention;
  readonly linear1: Linear;
  readonly dropout: Dropout;
  readonly linear2: Linear;
  readonly normFirst: boolean;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly dropout1: Dropout;
  readonly dropout2: Dropout;
  readonly activation: (x: Tensor) => Tensor;

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super();
    const { dimFeedforward, dropout, activation, layerNormEps, batchFirst, normFirst, bias } =
      transformerLayerSettings('TransformerEncoderLayer', options);
    this.selfAttn = new MultiheadAttention(dModel, nhead, { dropout, bias, batchFirst });
    this.linear1 = new Linear(dModel, dimFeedforward, { bias });
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, { bias });
    this.normFirst = normFirst;
    this.norm1 = new LayerNorm(dModel, { eps: layerNormEps, bias });
    this.norm2 = new LayerNorm(dModel, { eps: layerNormEps, bias });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.activation = activation;
  }

  forward(src: Tensor, inputs: TransformerEncoderLayerInputs = {}): Tensor {
    assertTensor('TransformerEncoderLayer', 'src', src);
    const {
      srcMask: attnMask,
      srcKeyPaddingMask: keyPaddingMask,
      isCausal = false,
    } = checkOptions('TransformerEncoderLayer', inputs, {
      srcMask: true,
      srcKeyPaddingMask: true,
      isCausal: true,
    });
    const masks = { attnMask, keyPaddingMask, isCausal, needWeights: false };
    const { selfAttn, dropout1 } = this;
    const attend = (x: Tensor): Tensor =>
      attentionDropout(dropout1, selfAttn.forward(x, x, x, masks)[0], selfAttn.batchFirst);
    const feed = (x: Tensor): Tensor => {
      const hidden = this.dropout.forward(this.activation(this.linear1.forward(x)));
      return this.dropout2.forward(this.linear2.forward(hidden));
    };
    if (this.normFirst) {
      const x = src.add(attend(this.norm1.forward(src)));
      return x.add(feed(this.norm2.forward(x)));
    }
    const x = this.norm1.forward(src.add(attend(src)));
    return this.norm2.forward(x.add(feed(x)));
  }
}

export interface TransformerEncoderOptions {
  /** A layer behind the last one, such as a norm. Default: none. */
  readonly norm?: Module | undefined;
}

export interface TransformerEncoderInputs {
  /** `srcMask` of each layer. */
  readonly mask?: Tensor | undefined;
  readonly srcKeyPaddingMask?: Tensor | undefined;
  readonly isCausal?: boolean;
}

/**
 * Copies of a layer, one after the other. Each has parameters of its own, which start equal; the layer itself is not one of them.
 * Members of the layer that are declared `#private` are not copied.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.TransformerEncoder.html
 */
export class TransformerEncoder extends Module<[src: Tensor, inputs?: TransformerEncoderInputs]> {
  readonly layers: readonly TransformerEncoderLayer[];
  readonly norm: Module | undefined;

  constructor(
    encoderLayer: TransformerEncoderLayer,
    numLayers: number,
    options: TransformerEncoderOptions = {},
  ) {
    super();
    const { norm } = checkOptions('TransformerEncoder', options, { norm: true });
    this.layers = copiesOf('TransformerEncoder', encoderLayer, numLayers);
    this.norm = optionalNorm('TransformerEncoder', norm);
  }

  forward(src: Tensor, inputs: TransformerEncoderInputs = {}): Tensor {
    assertTensor('TransformerEncoder', 'src', src);
    const { mask, ...others } = checkOptions('TransformerEncoder', inputs, {
      mask: true,
      srcKeyPaddingMask: true,
      isCausal: true,
    });
    const output = this.layers.reduce((x, layer) => layer.forward(x, { srcMask: mask, ...others }), src);
    return this.norm?.forward(output) ?? output;
  }
}

/** So many copies of a layer. @throws {ArgumentError} for what is no module, and unless there is at least one, and 1,000 at most. */
export function copiesOf<M extends Module<never[]>>(op: string, layer: M, numLayers: number): M[] {
  if (!(layer instanceof Module)) {
    throw new ArgumentError(`${op}: expected a layer, got ${describe(layer)}`);
  }
  assertWhole(op, 'numLayers', numLayers, 1, MAX_LAYERS);
  return Array.from({ length: numLayers }, () => deepCopy(layer));
}

/** @throws {ArgumentError} for what is no module. */
export function optionalNorm(op: string, norm: Module | undefined): Module | undefined {
  if (norm === undefined || norm instanceof Module) return norm;
  throw new ArgumentError(`${op}: expected norm to be a module, got ${describe(norm)}`);
}
