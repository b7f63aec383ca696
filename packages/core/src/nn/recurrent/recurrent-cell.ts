import { assertBoolean, assertChoice, assertTensor, assertWhole } from '../../arguments.ts';
import type { RecurrentCell } from '../../backend/kernels.ts';
import { formatShape, ShapeError } from '../../errors.ts';
import { checkOptions } from '../../options.ts';
import { sameShape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { Module } from '../module.ts';
import type { Parameter } from '../parameter.ts';
import { pythonBool } from '../python-text.ts';
import { gatesOf, type RecurrenceResult, recurrence } from './recurrence.ts';
import { recurrentParameter } from './recurrent-module.ts';
import { assertStatePair } from './state-pair.ts';

export interface RecurrentCellOptions {
  /** Add learned biases. Default true. */
  readonly bias?: boolean;
}

export interface RNNCellOptions extends RecurrentCellOptions {
  /** `'tanh'` (the default) or `'relu'`. */
  readonly nonlinearity?: 'tanh' | 'relu';
}

/** One step of a recurrent layer: what `RNNCell`, `LSTMCell` and `GRUCell` have in common. */
abstract class RecurrentCellModule<Inputs extends readonly unknown[], Output> extends Module<Inputs, Output> {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly biasIh: Parameter | undefined;
  readonly biasHh: Parameter | undefined;

  constructor(name: string, cell: RecurrentCell, inputSize: number, hiddenSize: number, bias = true) {
    super();
    assertWhole(name, 'inputSize', inputSize, 0);
    assertWhole(name, 'hiddenSize', hiddenSize, 1);
    assertBoolean(name, 'bias', bias);
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    const width = gatesOf[cell] * hiddenSize;
    this.weightIh = recurrentParameter([width, inputSize], hiddenSize);
    this.weightHh = recurrentParameter([width, hiddenSize], hiddenSize);
    this.biasIh = bias ? recurrentParameter([width], hiddenSize) : undefined;
    this.biasHh = bias ? recurrentParameter([width], hiddenSize) : undefined;
  }

  #state(name: string, which: string, x: Tensor, state: unknown, rows: readonly number[]): Tensor {
    const shape = [...rows, this.hiddenSize];
    if (state === undefined) return x.newZeros([rows[0] ?? 1, this.hiddenSize]);
    assertTensor(name, which, state);
    if (!sameShape(state.shape, shape)) {
      throw new ShapeError(
        `${name}: expected ${which} of shape ${formatShape(shape)}, got ${formatShape(state.shape)}`,
      );
    }
    return rows.length === 0 ? state.unsqueeze(0) : state;
  }

  /** The state after the input [batch, inputSize] or [inputSize]. */
  protected step(
    name: string,
    cell: RecurrentCell,
    x: Tensor,
    h: unknown,
    c?: unknown,
  ): Pick<RecurrenceResult, 'h' | 'c'> {
    assertTensor(name, 'the input', x);
    const { inputSize } = this;
    if ((x.ndim !== 1 && x.ndim !== 2) || x.shape.at(-1) !== inputSize) {
      throw new ShapeError(
        `${name}: expected an input of shape [batch, ${inputSize}] or [${inputSize}], got ${formatShape(x.shape)}`,
      );
    }
    const rows = x.shape.slice(0, -1);
    const result = recurrence(
      { cell, reverse: false, batchFirst: false },
      {
        gates: x.reshape([1, rows[0] ?? 1, inputSize]).linear(this.weightIh, this.biasIh),
        h0: this.#state(name, 'h', x, h, rows),
        c0: cell === 'lstm' ? this.#state(name, 'c', x, c, rows) : undefined,
        weight: this.weightHh,
        bias: this.biasHh,
      },
    );
    const restored = (state: Tensor): Tensor => (rows.length === 0 ? state.squeeze(0) : state);
    return { h: restored(result.h), c: result.c && restored(result.c) };
  }

  protected override extraRepr(): string {
    const bias = this.biasIh === undefined ? `, bias=${pythonBool(false)}` : '';
    return `${this.inputSize}, ${this.hiddenSize}${bias}`;
  }
}

/**
 * h' = tanh(x·W_ihᵀ + b_ih + h·W_hhᵀ + b_hh), or relu in its place: one step of an `RNN`.
 *
 * `forward(input, h)` takes [batch, inputSize] and [batch, hiddenSize], or one sample without the axis of the batch, and returns h' in the
 * form of h, which is zeros where it is left out. `weightIh`, `weightHh`, `biasIh` and `biasHh` start uniform in ±1/√hiddenSize.
 *
 * @throws {ShapeError} from `forward`, for an input or a state of another shape.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.RNNCell.html
 */
export class RNNCell extends RecurrentCellModule<[input: Tensor, h?: Tensor | undefined], Tensor> {
  readonly nonlinearity: 'tanh' | 'relu';

  constructor(inputSize: number, hiddenSize: number, options: RNNCellOptions = {}) {
    const { bias, nonlinearity = 'tanh' } = checkOptions('RNNCell', options, {
      bias: true,
      nonlinearity: true,
    });
    assertChoice('RNNCell', 'nonlinearity', nonlinearity, ['tanh', 'relu']);
    super('RNNCell', nonlinearity, inputSize, hiddenSize, bias);
    this.nonlinearity = nonlinearity;
  }

  override forward(input: Tensor, h?: Tensor): Tensor {
    return this.step('RNNCell', this.nonlinearity, input, h).h;
  }

  protected override extraRepr(): string {
    const nonlinearity = this.nonlinearity === 'tanh' ? '' : `, nonlinearity=${this.nonlinearity}`;
    return `${super.extraRepr()}${nonlinearity}`;
  }
}

/**
 * One step of an `LSTM`: `forward(input, [h, c])` returns `[h', c']`. Shapes and initial values are those of `RNNCell`, weights and biases
 * have 4 · hiddenSize rows, those of i, f, g and o one below the other.
 *
 * @throws {ShapeError} from `forward`, for an input or a state of another shape.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.LSTMCell.html
 */
export class LSTMCell extends RecurrentCellModule<
  [input: Tensor, states?: readonly [h: Tensor, c: Tensor] | undefined],
  [h: Tensor, c: Tensor]
> {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentCellOptions = {}) {
    super('LSTMCell', 'lstm', inputSize, hiddenSize, checkOptions('LSTMCell', options, { bias: true }).bias);
  }

  override forward(input: Tensor, states?: readonly [h: Tensor, c: Tensor]): [h: Tensor, c: Tensor] {
    assertStatePair('LSTMCell', states);
    const { h, c } = this.step('LSTMCell', 'lstm', input, states?.[0], states?.[1]);
    return [h, c!];
  }
}

/**
 * One step of a `GRU`: `forward(input, h)` returns h'. Shapes and initial values are those of `RNNCell`, weights and biases have
 * 3 · hiddenSize rows, those of r, z and n one below the other.
 *
 * @throws {ShapeError} from `forward`, for an input or a state of another shape.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.GRUCell.html
 */
export class GRUCell extends RecurrentCellModule<[input: Tensor, h?: Tensor | undefined], Tensor> {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentCellOptions = {}) {
    super('GRUCell', 'gru', inputSize, hiddenSize, checkOptions('GRUCell', options, { bias: true }).bias);
  }

  override forward(input: Tensor, h?: Tensor): Tensor {
    return this.step('GRUCell', 'gru', input, h).h;
  }
}
