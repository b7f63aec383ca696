import { assertTensor, assertWhole } from '../arguments.ts';
import { full, type TensorOptions } from '../create.ts';
import { formatShape, ShapeError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import * as init from './init.ts';
import { LayerNorm } from './layer-norm.ts';
import { Module } from './module.ts';
import {
  TransformerDecoder,
  type TransformerDecoderInputs,
  TransformerDecoderLayer,
  transformerDecoderInputNames,
} from './transformer-decoder.ts';
import { TransformerEncoder, TransformerEncoderLayer } from './transformer-encoder.ts';
import { type TransformerLayerOptions, transformerLayerOptionNames } from './transformer-layer-options.ts';

export interface TransformerOptions extends TransformerLayerOptions {
  /** Size of the vectors. Default 512. */
  readonly dModel?: number;
  /** Default 8. */
  readonly nhead?: number;
  /** Default 6. */
  readonly numEncoderLayers?: number;
  /** Default 6. */
  readonly numDecoderLayers?: number;
}

export interface TransformerInputs extends TransformerDecoderInputs {
  /** What hides keys of the source from its queries. Default: none. */
  readonly srcMask?: Tensor | undefined;
  /** Which keys of the source are padding. Default: none. */
  readonly srcKeyPaddingMask?: Tensor | undefined;
  /** Hide what is behind each position of the source. Default false. */
  readonly srcIsCausal?: boolean;
}

/**
 * An encoder of a source sequence and a decoder of a target sequence that attends to it, each with a norm behind it. Matrices start as by
 * `init.xavierUniform`.
 *
 * `forward(src, tgt)` takes [S, N, dModel] and [T, N, dModel], with `batchFirst` [N, S, dModel] and [N, T, dModel], and gives the shape of
 * the target. Masks are those of `MultiheadAttention`: a bool one is true where a key is not seen.
 *
 * Sources: https://arxiv.org/abs/1706.03762, https://docs.pytorch.org/docs/2.15/generated/torch.nn.Transformer.html
 */
export class Transformer extends Module<[src: Tensor, tgt: Tensor, inputs?: TransformerInputs]> {
  readonly encoder: TransformerEncoder;
  readonly decoder: TransformerDecoder;
  readonly dModel: number;
  readonly batchFirst: boolean;

  constructor(options: TransformerOptions = {}) {
    super();
    const {
      dModel = 512,
      nhead = 8,
      numEncoderLayers = 6,
      numDecoderLayers = 6,
      ...layer
    } = checkOptions('Transformer', options, {
      dModel: true,
      nhead: true,
      numEncoderLayers: true,
      numDecoderLayers: true,
      ...transformerLayerOptionNames,
    });
    const norm = (): LayerNorm =>
      new LayerNorm(dModel, { eps: layer.layerNormEps ?? 1e-5, bias: layer.bias ?? true });
    const encoderLayer = new TransformerEncoderLayer(dModel, nhead, layer);
    this.encoder = new TransformerEncoder(encoderLayer, numEncoderLayers, { norm: norm() });
    const decoderLayer = new TransformerDecoderLayer(dModel, nhead, layer);
    this.decoder = new TransformerDecoder(decoderLayer, numDecoderLayers, { norm: norm() });
    for (const parameter of this.parameters()) if (parameter.ndim > 1) init.xavierUniform(parameter);
    this.dModel = dModel;
    this.batchFirst = layer.batchFirst ?? false;
  }

  forward(src: Tensor, tgt: Tensor, inputs: TransformerInputs = {}): Tensor {
    assertTensor('Transformer', 'src', src);
    assertTensor('Transformer', 'tgt', tgt);
    const {
      srcMask: mask,
      srcKeyPaddingMask,
      srcIsCausal: isCausal = false,
      ...masks
    } = checkOptions('Transformer', inputs, {
      srcMask: true,
      srcKeyPaddingMask: true,
      srcIsCausal: true,
      ...transformerDecoderInputNames,
    });
    const batch = this.batchFirst ? 0 : 1;
    if (src.ndim !== tgt.ndim || (src.ndim === 3 && src.shape[batch] !== tgt.shape[batch])) {
      throw new ShapeError(
        `Transformer: expected src and tgt of one batch, got ${formatShape(src.shape)} and ${formatShape(tgt.shape)}`,
      );
    }
    const memory = this.encoder.forward(src, { mask, srcKeyPaddingMask, isCausal });
    return this.decoder.forward(tgt, memory, masks);
  }

  /**
   * The mask [size, size] with −∞ where a position is behind another, else 0.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.Transformer.html#torch.nn.Transformer.generate_square_subsequent_mask
   */
  static generateSquareSubsequentMask(size: number, options: TensorOptions = {}): Tensor {
    assertWhole('generateSquareSubsequentMask', 'size', size, 0);
    return full([size, size], Number.NEGATIVE_INFINITY, options).triu(1);
  }
}
