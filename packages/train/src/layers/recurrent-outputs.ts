import { nn, type Tensor } from '@kindling/core';

type Recurrent = nn.RNN | nn.LSTM | nn.GRU;

/** A recurrent module without its final states: it gives the outputs of all places, and its parameters have the names of the module's own. */
export class RecurrentOutputs extends nn.Module {
  readonly #module: Recurrent;

  constructor(module: Recurrent) {
    super();
    this.#module = module;
  }

  /** What gives the outputs. */
  get module(): Recurrent {
    return this.#module;
  }

  forward(x: Tensor): Tensor {
    const forward: (x: Tensor) => readonly [Tensor, unknown] = this.#module.forward.bind(this.#module);
    return forward(x)[0];
  }

  override train(mode = true): this {
    this.#module.train(mode);
    return super.train(mode);
  }

  override toString(): string {
    return this.#module.toString();
  }

  protected override members(): (readonly [string, unknown])[] {
    return this.#module.namedParameters();
  }
}
