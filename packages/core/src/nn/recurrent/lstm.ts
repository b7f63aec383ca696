import { checkOptions } from '../../options.ts';
import type { Tensor } from '../../tensor.ts';
import type { PackedSequence } from './packed-sequence.ts';
import { RecurrentModule, type RecurrentOptions, recurrentOptionNames } from './recurrent-module.ts';
import { assertStatePair } from './state-pair.ts';

export interface LSTMOptions extends RecurrentOptions {
  /** Multiply outputs by a learned matrix to this size, which is less than `hiddenSize`. Default 0: none. */
  readonly projSize?: number;
}

/**
 * i, f, o = σ(x·W_iᵀ + b_i + h·W_hᵀ + b_h), each with its own weights, g likewise with tanh, c' = f·c + i·g, h' = o·tanh c', layer above
 * layer. With `projSize`, h' = (o·tanh c')·W_hrᵀ.
 *
 * Inputs and outputs are those of `RNN`, but for the states: `forward(input, [h0, c0])` returns `[output, [h, c]]`, where h is
 * [layers · directions, batch, projSize or hiddenSize] and c [layers · directions, batch, hiddenSize].
 *
 * Parameters are `weightIhL0` [4 · hiddenSize, inputSize] with the rows of i, f, g and o one below the other, `weightHhL0`
 * [4 · hiddenSize, projSize or hiddenSize], `biasIhL0` and `biasHhL0` [4 · hiddenSize], `weightHrL0` [projSize, hiddenSize], and so on. All
 * start uniform in ±1/√hiddenSize, drawn in this order.
 *
 * @throws {ShapeError} from `forward`, for an input or a state of another shape.
 *
 * Sources: https://arxiv.org/abs/1402.1128, https://docs.pytorch.org/docs/2.15/generated/torch.nn.LSTM.html
 */
export class LSTM extends RecurrentModule<
  [input: Tensor, states?: readonly [h0: Tensor, c0: Tensor] | undefined],
  [output: Tensor, states: [h: Tensor, c: Tensor]]
> {
  readonly projSize: number;

  constructor(inputSize: number, hiddenSize: number, options: LSTMOptions = {}) {
    const { projSize = 0, ...others } = checkOptions('LSTM', options, {
      ...recurrentOptionNames,
      projSize: true,
    });
    super('LSTM', 'lstm', inputSize, hiddenSize, others, projSize);
    this.projSize = projSize;
  }

  override forward(
    input: Tensor,
    states?: readonly [h0: Tensor, c0: Tensor],
  ): [output: Tensor, states: [h: Tensor, c: Tensor]];
  override forward(
    input: PackedSequence,
    states?: readonly [h0: Tensor, c0: Tensor],
  ): [output: PackedSequence, states: [h: Tensor, c: Tensor]];
  override forward(
    input: Tensor | PackedSequence,
    states?: readonly [h0: Tensor, c0: Tensor],
  ): [output: never, states: [h: Tensor, c: Tensor]] {
    assertStatePair('LSTM', states);
    const { output, h, c } = this.run('LSTM', 'lstm', input, states?.[0], states?.[1]);
    return [output as never, [h, c!]];
  }
}
