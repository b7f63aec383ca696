import { assertBoolean, assertProbability, assertTensor, assertWhole } from '../../arguments.ts';
import type { RecurrentCell } from '../../backend/kernels.ts';
import { guard } from '../../capture/context.ts';
import { cat, stack } from '../../combine.ts';
import { empty } from '../../create.ts';
import { formatShape, ShapeError } from '../../errors.ts';
import type { OptionNames } from '../../options.ts';
import { sameShape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import * as init from '../init.ts';
import { MAX_LAYERS } from '../max-layers.ts';
import { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';
import { pythonBool, pythonFloat } from '../python-text.ts';
import type { PackedSequence } from './packed-sequence.ts';
import { gatesOf, recurrence } from './recurrence.ts';
import { type Sequences, sequencesOf } from './sequences.ts';

/** Options of `RNN`, `LSTM` and `GRU`. */
export interface RecurrentOptions {
  /** Layers, each of which reads the outputs of the one before. Default 1. */
  readonly numLayers?: number;
  /** Add learned biases. Default true. */
  readonly bias?: boolean;
  /** Whether inputs and outputs are [batch, steps, features], not [steps, batch, features]. Default false. */
  readonly batchFirst?: boolean;
  /** Probability of dropout, in training, of the outputs of each layer but the last. Default 0. */
  readonly dropout?: number;
  /** Add a second direction, from the last step to the first, whose outputs stand behind those of the first. Default false. */
  readonly bidirectional?: boolean;
}

export const recurrentOptionNames: OptionNames<RecurrentOptions> = {
  numLayers: true,
  bias: true,
  batchFirst: true,
  dropout: true,
  bidirectional: true,
};

/** Uniform draws from ±1/√hiddenSize, as all parameters of recurrent modules start. */
export function recurrentParameter(shape: readonly number[], hiddenSize: number): Parameter {
  const bound = 1 / Math.sqrt(hiddenSize);
  return new Parameter(init.uniform(empty(shape), -bound, bound));
}

/** What a module computes: outputs, and the states of all layers and directions behind the last step. */
interface Result {
  readonly output: Tensor | PackedSequence;
  readonly h: Tensor;
  readonly c: Tensor | undefined;
}

/** What `RNN`, `LSTM` and `GRU` have in common: options, parameters, and the way through layers and directions. */
export abstract class RecurrentModule<Inputs extends readonly unknown[], Output> extends Module<
  Inputs,
  Output
> {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;
  /** `weightIhL0`, `weightHhL0Reverse`, `biasIhL1` and so on. */
  readonly [parameter: `${'weight' | 'bias'}${'Ih' | 'Hh' | 'Hr'}L${number}${'' | 'Reverse'}`]: Parameter;
  readonly #projSize: number;

  constructor(
    name: string,
    cell: RecurrentCell,
    inputSize: number,
    hiddenSize: number,
    { numLayers = 1, bias = true, batchFirst = false, dropout = 0, bidirectional = false }: RecurrentOptions,
    projSize = 0,
  ) {
    super();
    assertWhole(name, 'inputSize', inputSize, 0);
    assertWhole(name, 'hiddenSize', hiddenSize, 1);
    assertWhole(name, 'numLayers', numLayers, 1, MAX_LAYERS);
    assertBoolean(name, 'bias', bias);
    assertBoolean(name, 'batchFirst', batchFirst);
    assertProbability(name, dropout);
    assertBoolean(name, 'bidirectional', bidirectional);
    assertWhole(name, 'projSize', projSize, 0, hiddenSize - 1);
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.numLayers = numLayers;
    this.bias = bias;
    this.batchFirst = batchFirst;
    this.dropout = dropout;
    this.bidirectional = bidirectional;
    this.#projSize = projSize;
    const width = gatesOf[cell] * hiddenSize;
    const drawn = (...shape: number[]): Parameter => recurrentParameter(shape, hiddenSize);
    for (let layer = 0; layer < numLayers; layer++) {
      const features = layer === 0 ? inputSize : this.#outputSize * this.#suffixes.length;
      for (const suffix of this.#suffixes) {
        const part = `L${layer}${suffix}`;
        Object.assign(this, {
          [`weightIh${part}`]: drawn(width, features),
          [`weightHh${part}`]: drawn(width, this.#outputSize),
          ...(bias ? { [`biasIh${part}`]: drawn(width), [`biasHh${part}`]: drawn(width) } : {}),
          ...(projSize > 0 ? { [`weightHr${part}`]: drawn(projSize, hiddenSize) } : {}),
        });
      }
    }
  }

  /** What the names of the parameters of each direction end in. */
  get #suffixes(): readonly ('' | 'Reverse')[] {
    return this.bidirectional ? ['', 'Reverse'] : [''];
  }

  get #outputSize(): number {
    return this.#projSize > 0 ? this.#projSize : this.hiddenSize;
  }

  /** A given first state, or zeros. */
  #initial(
    name: string,
    which: string,
    { x, batch, isUnbatched, ordered }: Sequences,
    state: unknown,
    size: number,
  ): Tensor {
    const count = this.numLayers * this.#suffixes.length;
    if (state === undefined) return x.newZeros([count, batch, size]);
    assertTensor(name, which, state);
    const shape = isUnbatched ? [count, size] : [count, batch, size];
    if (!sameShape(state.shape, shape)) {
      throw new ShapeError(
        `${name}: expected ${which} of shape ${formatShape(shape)}, got ${formatShape(state.shape)}`,
      );
    }
    return ordered(state);
  }

  /** Runs all layers. `c0` is asked for where the cell has one. */
  protected run(
    name: string,
    cell: RecurrentCell,
    input: Tensor | PackedSequence,
    h0: Tensor | undefined,
    c0?: Tensor,
  ): Result {
    const sequences = sequencesOf(name, input, this.inputSize, this.batchFirst);
    const { batchFirst, lengths, restored } = sequences;
    const h = this.#initial(name, 'h0', sequences, h0, this.#outputSize);
    const c = cell === 'lstm' ? this.#initial(name, 'c0', sequences, c0, this.hiddenSize) : undefined;
    if (this.dropout > 0) guard(() => this.training);
    const last: { h: Tensor[]; c: Tensor[] } = { h: [], c: [] };
    let { x } = sequences;
    for (let layer = 0; layer < this.numLayers; layer++) {
      if (layer > 0 && this.dropout > 0 && this.training) x = sequences.dropped(x, this.dropout);
      const outputs = this.#suffixes.map((suffix) => {
        const part = `L${layer}${suffix}` as const;
        const position = last.h.length;
        const [biasIh, biasHh] = [this[`biasIh${part}`], this[`biasHh${part}`]];
        // The reset gate of a GRU multiplies what the state adds to the candidate, its bias with it; elsewhere the two are one sum.
        const isSum = biasIh !== undefined && cell !== 'gru';
        const result = recurrence(
          { cell, batchFirst, reverse: suffix === 'Reverse' },
          {
            gates: x.linear(this[`weightIh${part}`]!, isSum ? undefined : biasIh),
            h0: h.select(0, position),
            c0: c?.select(0, position),
            weight: this[`weightHh${part}`]!,
            bias: isSum ? biasIh.add(biasHh!) : biasHh,
            projection: this[`weightHr${part}`],
            lengths,
          },
        );
        last.h.push(result.h);
        if (result.c !== undefined) last.c.push(result.c);
        return result.output;
      });
      x = outputs.length === 1 ? outputs[0]! : cat(outputs, 2);
    }
    return {
      output: sequences.outputOf(x),
      h: restored(stack(last.h)),
      c: c === undefined ? undefined : restored(stack(last.c)),
    };
  }

  protected override extraRepr(): string {
    return [
      `${this.inputSize}, ${this.hiddenSize}`,
      ...(this.#projSize > 0 ? [`proj_size=${this.#projSize}`] : []),
      ...(this.numLayers === 1 ? [] : [`num_layers=${this.numLayers}`]),
      ...(this.bias ? [] : [`bias=${pythonBool(this.bias)}`]),
      ...(this.batchFirst ? [`batch_first=${pythonBool(this.batchFirst)}`] : []),
      ...(this.dropout === 0 ? [] : [`dropout=${pythonFloat(this.dropout)}`]),
      ...(this.bidirectional ? [`bidirectional=${pythonBool(this.bidirectional)}`] : []),
    ].join(', ');
  }
}
