import { assertBoolean, assertNumber, assertProbability, assertWhole, describe } from '../arguments.ts';
import { ArgumentError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import type { Tensor } from '../tensor.ts';

/** Options of the layers of a transformer. */
export interface TransformerLayerOptions {
  /** Size between the two linear layers. Default 2048. */
  readonly dimFeedforward?: number;
  /** Probability of dropout, of the attention's weights too. Default 0.1. */
  readonly dropout?: number;
  /** What is between the two linear layers. Default `'relu'`. */
  readonly activation?: 'relu' | 'gelu' | ((x: Tensor) => Tensor);
  /** Added to the variances. Default 1e-5. */
  readonly layerNormEps?: number;
  /** Take and give [N, L, E] instead of [L, N, E]. Default false. */
  readonly batchFirst?: boolean;
  /** Normalize the input of each part instead of what it adds to. Default false. */
  readonly normFirst?: boolean;
  /** Add learned biases to linear layers, projections and norms. Default true. */
  readonly bias?: boolean;
}

export const transformerLayerOptionNames = {
  dimFeedforward: true,
  dropout: true,
  activation: true,
  layerNormEps: true,
  batchFirst: true,
  normFirst: true,
  bias: true,
} as const;

export type TransformerLayerSettings = Required<TransformerLayerOptions> & {
  readonly activation: (x: Tensor) => Tensor;
};

function activationOf(op: string, activation: unknown): (x: Tensor) => Tensor {
  if (activation === 'relu') return (x) => x.relu();
  if (activation === 'gelu') return (x) => x.gelu();
  if (typeof activation === 'function') return activation as (x: Tensor) => Tensor;
  throw new ArgumentError(
    `${op}: expected activation to be 'relu', 'gelu' or a function, got ${describe(activation)}`,
  );
}

/** Options of a layer with their defaults. @throws {ArgumentError} for what no layer takes. */
export function transformerLayerSettings(
  op: string,
  options: TransformerLayerOptions,
): TransformerLayerSettings {
  const {
    dimFeedforward = 2048,
    dropout = 0.1,
    activation = 'relu',
    layerNormEps = 1e-5,
    batchFirst = false,
    normFirst = false,
    bias = true,
  } = checkOptions(op, options, transformerLayerOptionNames);
  assertWhole(op, 'dimFeedforward', dimFeedforward, 1);
  assertProbability(op, dropout);
  assertNumber(op, 'layerNormEps', layerNormEps);
  assertBoolean(op, 'batchFirst', batchFirst);
  assertBoolean(op, 'normFirst', normFirst);
  assertBoolean(op, 'bias', bias);
  return {
    dimFeedforward,
    dropout,
    activation: activationOf(op, activation),
    layerNormEps,
    batchFirst,
    normFirst,
    bias,
  };
}
