import { eachCall, keep, type Tensor } from '@kindling/core';

/**
 * What an optimizer remembers of one parameter: how many updates it had, and tensors of its shape by PyTorch's names (`exp_avg`).
 * The tensors outlive the scope they are made in.
 */
export class ParameterState {
  /** Updates so far; an update counts itself before it computes. */
  step: number;
  readonly #tensors: Map<string, Tensor>;

  constructor(step = 0, tensors: Iterable<readonly [string, Tensor]> = []) {
    this.step = step;
    this.#tensors = new Map(tensors);
  }

  /** Counts an update; in a compiled function, one at each call. */
  countStep(): void {
    eachCall(() => {
      this.step++;
    });
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  /** What two states have in common when the same step follows: the count and the names. */
  get signature(): string {
    return [this.step, ...this.#tensors.keys()].join(' ');
  }

  /** The tensor of that name; `start` makes it when it is first asked for. */
  tensor(name: string, start: () => Tensor): Tensor {
    const known = this.#tensors.get(name);
    if (known !== undefined) return known;
    const made = keep(start());
    this.#tensors.set(name, made);
    return made;
  }

  /** The count and the tensors by name. The tensors are the optimizer's own. */
  entries(): Record<string, Tensor | number> {
    return { step: this.step, ...Object.fromEntries(this.#tensors) };
  }
}
