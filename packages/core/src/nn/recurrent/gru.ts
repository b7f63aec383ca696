import { checkOptions } from '../../options.ts';
import type { Tensor } from '../../tensor.ts';
import type { PackedSequence } from './packed-sequence.ts';
import { RecurrentModule, type RecurrentOptions, recurrentOptionNames } from './recurrent-module.ts';

/**
 * r = σ(x·W_irᵀ + b_ir + h·W_hrᵀ + b_hr), z likewise, n = tanh(x·W_inᵀ + b_in + r·(h·W_hnᵀ + b_hn)), h' = (1 − z)·n + z·h, layer above layer.
 *
 * Inputs, outputs and states are those of `RNN`. Parameters are `weightIhL0` [3 · hiddenSize, inputSize] with the rows of r, z and n one
 * below the other, `weightHhL0` [3 · hiddenSize, hiddenSize], `biasIhL0` and `biasHhL0` [3 · hiddenSize], and so on. All start uniform in
 * ±1/√hiddenSize, drawn in this order.
 *
 * @throws {ShapeError} from `forward`, for an input or a state of another shape.
 *
 * Sources: https://arxiv.org/abs/1406.1078, https://docs.pytorch.org/docs/2.15/generated/torch.nn.GRU.html
 */
export class GRU extends RecurrentModule<
  [input: Tensor, h0?: Tensor | undefined],
  [output: Tensor, h: Tensor]
> {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super('GRU', 'gru', inputSize, hiddenSize, checkOptions('GRU', options, recurrentOptionNames));
  }

  override forward(input: Tensor, h0?: Tensor): [output: Tensor, h: Tensor];
  override forward(input: PackedSequence, h0?: Tensor): [output: PackedSequence, h: Tensor];
  override forward(input: Tensor | PackedSequence, h0?: Tensor): [output: never, h: Tensor] {
    const { output, h } = this.run('GRU', 'gru', input, h0);
    return [output as never, h];
  }
}
