import { assertBoolean, assertProbability, assertTensor, assertWhole } from '../arguments.ts';
import { guard } from '../capture/context.ts';
import { cat } from '../combine.ts';
import { empty, zeros } from '../create.ts';
import { ArgumentError, formatShape, ShapeError } from '../errors.ts';
import { attentionWeights } from '../ops/attention.ts';
import { checkOptions } from '../options.ts';
import { sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { attention, joinHeads, packedAttention, splitHeads } from './functional/attention.ts';
import { mergedMask } from './functional/attention-mask.ts';
import * as init from './init.ts';
import { Linear } from './linear.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';

export interface MultiheadAttentionOptions {
  /** Probability with which a weight of a key becomes 0 in training. Default 0. */
  readonly dropout?: number;
  /** Add learned biases to the projections. Default true. */
  readonly bias?: boolean;
  /** Add a learned key and value behind those of each sequence. Default false. */
  readonly addBiasKv?: boolean;
  /** Add a key and value of zeros behind those of each sequence. Default false. */
  readonly addZeroAttn?: boolean;
  /** Size of the keys. Default `embedDim`. */
  readonly kdim?: number | undefined;
  /** Size of the values. Default `embedDim`. */
  readonly vdim?: number | undefined;
  /** Take and give [N, L, E] instead of [L, N, E]. Default false. */
  readonly batchFirst?: boolean;
}

export interface MultiheadAttentionInputs {
  /** [N, S]: bool, true where a key is padding and is not seen, or numbers that are added to its scores. Default: none. */
  readonly keyPaddingMask?: Tensor | undefined;
  /** Return the weights, too. Without them long sequences need far less memory. Default true. */
  readonly needWeights?: boolean;
  /**
   * [L, S] or [N·numHeads, L, S]: bool, true where a query does not see a key (`scaledDotProductAttention` has it the other way), or numbers
   * that are added to the scores. Default: none.
   */
  readonly attnMask?: Tensor | undefined;
  /** Return the mean of the weights over the heads. Default true. */
  readonly averageAttnWeights?: boolean;
  /** Hide the keys behind each query's own position; `attnMask` may be left out. Default false. */
  readonly isCausal?: boolean;
}

const inputNames = {
  keyPaddingMask: true,
  needWeights: true,
  attnMask: true,
  averageAttnWeights: true,
  isCausal: true,
} as const;

/** What PyTorch's class of the last layer is called in a module's text. */
class NonDynamicallyQuantizableLinear extends Linear {}

/**
 * Several attentions side by side: concat(head₁, …, headₕ)·Wᵒᵀ with headᵢ = softmax(QᵢKᵢᵀ/√d)·Vᵢ, where Qᵢ, Kᵢ and Vᵢ are the i-th parts
 * of linear projections of the inputs, of size d = embedDim/numHeads each.
 *
 * `forward(query, key, value)` takes [L, N, embedDim], [S, N, kdim] and [S, N, vdim], or without a batch [L, embedDim] and so on, and gives
 * [output, weights]: [L, N, embedDim] and [N, L, S]. A query that the masks let see no key gets weights of 0, where PyTorch with
 * `needWeights` has NaN.
 *
 * `inProjWeight` [3·embedDim, embedDim] starts as by `init.xavierUniform`, or `qProjWeight`, `kProjWeight` and `vProjWeight` where `kdim` or
 * `vdim` differ; biases start at 0, `outProj` as a `Linear`. Throws {@link ArgumentError} unless the heads divide embedDim.
 *
 * Sources: https://arxiv.org/abs/1706.03762, https://docs.pytorch.org/docs/2.15/generated/torch.nn.MultiheadAttention.html
 */
export class MultiheadAttention extends Module<
  [query: Tensor, key: Tensor, value: Tensor, inputs?: MultiheadAttentionInputs],
  [output: Tensor, weights: Tensor | undefined]
> {
  readonly embedDim: number;
  readonly numHeads: number;
  readonly kdim: number;
  readonly vdim: number;
  readonly dropout: number;
  readonly addZeroAttn: boolean;
  readonly batchFirst: boolean;
  readonly inProjWeight: Parameter | undefined;
  readonly qProjWeight: Parameter | undefined;
  readonly kProjWeight: Parameter | undefined;
  readonly vProjWeight: Parameter | undefined;
  readonly inProjBias: Parameter | undefined;
  readonly biasK: Parameter | undefined;
  readonly biasV: Parameter | undefined;
  readonly outProj: Linear;

  constructor(embedDim: number, numHeads: number, options: MultiheadAttentionOptions = {}) {
    super();
    const op = 'MultiheadAttention';
    const {
      dropout = 0,
      bias = true,
      addBiasKv = false,
      addZeroAttn = false,
      kdim = embedDim,
      vdim = embedDim,
      batchFirst = false,
    } = checkOptions(op, options, {
      dropout: true,
      bias: true,
      addBiasKv: true,
      addZeroAttn: true,
      kdim: true,
      vdim: true,
      batchFirst: true,
    });
    for (const [name, size] of Object.entries({ embedDim, numHeads, kdim, vdim })) {
      assertWhole(op, name, size, 1);
    }
    for (const [name, flag] of Object.entries({ bias, addBiasKv, addZeroAttn, batchFirst })) {
      assertBoolean(op, name, flag);
    }
    assertProbability(op, dropout);
    if (embedDim % numHeads !== 0) {
      throw new ArgumentError(`${op}: expected an embedDim that ${numHeads} heads divide, got ${embedDim}`);
    }
    this.embedDim = embedDim;
    this.numHeads = numHeads;
    this.kdim = kdim;
    this.vdim = vdim;
    this.dropout = dropout;
    this.addZeroAttn = addZeroAttn;
    this.batchFirst = batchFirst;
    this.outProj = new NonDynamicallyQuantizableLinear(embedDim, embedDim, { bias });
    if (bias) init.zeros(this.outProj.bias!);
    const projection = (rows: number, columns: number): Parameter =>
      new Parameter(init.xavierUniform(empty([rows, columns])));
    if (kdim === embedDim && vdim === embedDim) {
      this.inProjWeight = projection(3 * embedDim, embedDim);
    } else {
      this.qProjWeight = projection(embedDim, embedDim);
      this.kProjWeight = projection(embedDim, kdim);
      this.vProjWeight = projection(embedDim, vdim);
    }
    this.inProjBias = bias ? new Parameter(zeros([3 * embedDim])) : undefined;
    const row = (): Parameter => new Parameter(init.xavierNormal(empty([1, 1, embedDim])));
    this.biasK = addBiasKv ? row() : undefined;
    this.biasV = addBiasKv ? row() : undefined;
  }

  forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    inputs: MultiheadAttentionInputs = {},
  ): [output: Tensor, weights: Tensor | undefined] {
    const {
      needWeights = true,
      averageAttnWeights = true,
      ...masks
    } = checkOptions('MultiheadAttention', inputs, inputNames);
    assertBoolean('MultiheadAttention', 'needWeights', needWeights);
    assertBoolean('MultiheadAttention', 'averageAttnWeights', averageAttnWeights);
    assertInputs(this, query, key, value);
    guard(() => this.training);
    const batchAxis = this.batchFirst ? 0 : 1;
    const isBatched = query.ndim === 3;
    const batched = (x: Tensor): Tensor => (isBatched ? x : x.unsqueeze(batchAxis));
    const finished = (joined: Tensor): Tensor => {
      const output = this.outProj.forward(joined);
      return isBatched ? output : output.squeeze(batchAxis);
    };
    const { embedDim, numHeads: heads, batchFirst } = this;
    const layout = { heads, batchFirst };
    const [length, keys] = [query, key].map(({ shape }) => shape[isBatched ? 1 - batchAxis : 0]!);
    const sizes = { batch: isBatched ? query.shape[batchAxis]! : 1, heads, length: length!, keys: keys! };
    const added = (this.biasK === undefined ? 0 : 1) + (this.addZeroAttn ? 1 : 0);
    const { mask, causal } = mergedMask('MultiheadAttention', sizes, masks, query, added);
    const attributes = { scale: 1 / Math.sqrt(embedDim / heads), causal };
    const dropoutP = this.training ? this.dropout : 0;

    const isSelf = query === key && key === value;
    if (isSelf && !needWeights && added === 0 && this.inProjWeight !== undefined) {
      const packed = batched(query.linear(this.inProjWeight, this.inProjBias));
      return [finished(packedAttention(packed, mask, { ...attributes, ...layout }, dropoutP)), undefined];
    }
    const projected = project(this, query, key, value).map((x) => splitHeads(batched(x), layout));
    const [q, k, v] = projected as [Tensor, Tensor, Tensor];
    const [allKeys, allValues] = [extended(this, k, this.biasK), extended(this, v, this.biasV)];
    if (!needWeights) {
      const mixed = attention(q, allKeys, allValues, mask, attributes, dropoutP);
      return [finished(joinHeads(mixed, layout)), undefined];
    }
    const weights = attentionWeights(q, allKeys, mask, attributes).dropout(dropoutP);
    const shown = averageAttnWeights ? weights.mean(1) : weights;
    const output = finished(joinHeads(weights.matmul(allValues), layout));
    return [output, isBatched ? shown : shown.squeeze(0)];
  }
}

/** @throws {ShapeError} unless the shapes are those that the module takes. */
function assertInputs(module: MultiheadAttention, query: Tensor, key: Tensor, value: Tensor): void {
  const op = 'MultiheadAttention';
  assertTensor(op, 'query', query);
  assertTensor(op, 'key', key);
  assertTensor(op, 'value', value);
  const { embedDim, kdim, vdim, batchFirst } = module;
  const { ndim } = query;
  const batch = batchFirst ? 0 : 1;
  const fits =
    (ndim === 2 || ndim === 3) &&
    key.ndim === ndim &&
    query.shape.at(-1) === embedDim &&
    key.shape.at(-1) === kdim &&
    value.shape.at(-1) === vdim &&
    sameShape(key.shape.slice(0, -1), value.shape.slice(0, -1)) &&
    (ndim === 2 || key.shape[batch] === query.shape[batch]);
  if (fits) return;
  const of = (length: string, size: number): string =>
    `[${batchFirst ? `N, ${length}` : `${length}, N`}, ${size}]`;
  const got = [query, key, value].map(({ shape }) => formatShape(shape)).join(', ');
  throw new ShapeError(
    `${op}: expected shapes ${of('L', embedDim)}, ${of('S', kdim)} and ${of('S', vdim)}, or those without N, got ${got}`,
  );
}

/** Projections of query, key and value; of one tensor, or of key and value where they are one, in one product. */
function project(module: MultiheadAttention, query: Tensor, key: Tensor, value: Tensor): Tensor[] {
  const { embedDim, inProjWeight, inProjBias } = module;
  if (inProjWeight === undefined) {
    const weights = [module.qProjWeight!, module.kProjWeight!, module.vProjWeight!];
    const biases = inProjBias?.chunk(3);
    return [query, key, value].map((x, i) => x.linear(weights[i]!, biases?.[i]));
  }
  const parts = (x: Tensor, first: number, count: number): Tensor[] => {
    const rows = (all: Parameter): Tensor =>
      count === 3 ? all : all.narrow(0, first * embedDim, count * embedDim);
    return x.linear(rows(inProjWeight), inProjBias && rows(inProjBias)).chunk(count, -1);
  };
  if (query === key && key === value) return parts(query, 0, 3);
  const rest = key === value ? parts(key, 1, 2) : [...parts(key, 1, 1), ...parts(value, 2, 1)];
  return [...parts(query, 0, 1), ...rest];
}

/** Keys or values by heads, with a learned one and one of zeros behind them where the module has those. */
function extended({ addZeroAttn }: MultiheadAttention, x: Tensor, bias: Parameter | undefined): Tensor {
  if (bias === undefined && !addZeroAttn) return x;
  const [batch, heads, , size] = x.shape as [number, number, number, number];
  const row = [batch, heads, 1, size];
  const learned = bias === undefined ? [] : [bias.reshape([1, heads, 1, size]).expand(row)];
  return cat([x, ...learned, ...(addZeroAttn ? [x.newZeros(row)] : [])], 2);
}
