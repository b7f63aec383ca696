import { assertChoice } from '../../arguments.ts';
import { checkOptions } from '../../options.ts';
import type { Tensor } from '../../tensor.ts';
import type { PackedSequence } from './packed-sequence.ts';
import { RecurrentModule, type RecurrentOptions, recurrentOptionNames } from './recurrent-module.ts';

export interface RNNOptions extends RecurrentOptions {
  /** `'tanh'` (the default) or `'relu'`. */
  readonly nonlinearity?: 'tanh' | 'relu';
}

/**
 * hₜ = tanh(x_t·W_ihᵀ + b_ih + h_{t−1}·W_hhᵀ + b_hh), or relu in its place, layer above layer.
 *
 * `forward(input, h0)` takes [steps, batch, inputSize], with `batchFirst` [batch, steps, inputSize], one sequence [steps, inputSize] or a
 * packed sequence, and, if given, the first state [layers · directions, batch, hiddenSize] (zeros where it is left out). It returns the
 * outputs of the last layer, […, directions · hiddenSize] in the form of the input, and the last states of all layers, in the form of `h0`.
 *
 * Parameters are `weightIhL0` [hiddenSize, inputSize], `weightHhL0` [hiddenSize, hiddenSize], `biasIhL0` and `biasHhL0` [hiddenSize], those
 * of the second direction with `Reverse` behind, and so on for each layer. All start uniform in ±1/√hiddenSize, drawn in this order.
 *
 * @throws {ShapeError} from `forward`, for an input or a state of another shape.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.RNN.html
 */
export class RNN extends RecurrentModule<
  [input: Tensor, h0?: Tensor | undefined],
  [output: Tensor, h: Tensor]
> {
  readonly nonlinearity: 'tanh' | 'relu';

  constructor(inputSize: number, hiddenSize: number, options: RNNOptions = {}) {
    const { nonlinearity = 'tanh', ...others } = checkOptions('RNN', options, {
      ...recurrentOptionNames,
      nonlinearity: true,
    });
    assertChoice('RNN', 'nonlinearity', nonlinearity, ['tanh', 'relu']);
    super('RNN', nonlinearity, inputSize, hiddenSize, others);
    this.nonlinearity = nonlinearity;
  }

  override forward(input: Tensor, h0?: Tensor): [output: Tensor, h: Tensor];
  override forward(input: PackedSequence, h0?: Tensor): [output: PackedSequence, h: Tensor];
  override forward(input: Tensor | PackedSequence, h0?: Tensor): [output: never, h: Tensor] {
    const { output, h } = this.run('RNN', this.nonlinearity, input, h0);
    return [output as never, h];
  }
}
