import { keep, onReplay, ShapeError, type Tensor } from '@kindling/core';
import { formatShape, type View, viewOf } from '@kindling/core/internal';

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, d) => size === b[d]);

/**
 * What an optimizer remembers of one parameter: how many updates it had, and tensors of its shape by PyTorch's names (`exp_avg`).
 * The tensors outlive the scope they are made in.
 */
export class ParameterState {
  /** Updates so far; an update counts itself before it computes. */
  step: number;
  readonly #tensors: Map<string, Tensor>;
  readonly #numbers: Map<string, number>;
  /** The parameter's memory at its last step. */
  #view: View | undefined;

  constructor(
    step = 0,
    tensors: Iterable<readonly [string, Tensor]> = [],
    numbers: Iterable<readonly [string, number]> = [],
  ) {
    this.step = step;
    this.#tensors = new Map(tensors);
    this.#numbers = new Map(numbers);
  }

  /** Counts an update; in a compiled function, one at each call. */
  countStep(): void {
    const count = (calls: number): void => {
      this.step += calls;
    };
    onReplay(() => count(1), count);
  }

  /** Changes the number of that name, which starts at `start`; in a compiled function, at each call. */
  advance(name: string, start: number, next: (value: number) => number): void {
    onReplay(() => {
      this.#numbers.set(name, next(this.#numbers.get(name) ?? start));
    });
  }

  /** The number of that name; NaN before {@link advance} made it. */
  number(name: string): number {
    return this.#numbers.get(name) ?? Number.NaN;
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

  /**
   * Takes the tensors to the parameter's dtype and device, where it has moved since the last step.
   *
   * @throws {ShapeError} where the parameter has another shape now.
   */
  follow(name: string, param: Tensor): void {
    if (this.#view === viewOf(param)) return;
    for (const [key, tensor] of this.#tensors) {
      if (!sameShape(tensor.shape, param.shape)) {
        throw new ShapeError(
          `${name}: expected a parameter of shape ${formatShape(tensor.shape)} as at its last step, got ${formatShape(param.shape)}; make a new optimizer for it`,
        );
      }
      if (tensor.dtype === param.dtype && tensor.storage.backend === param.storage.backend) continue;
      this.#tensors.set(key, keep(tensor.to({ dtype: param.dtype, device: param.device })));
      tensor.dispose();
    }
    this.#view = viewOf(param);
  }

  /** The count, the numbers and the tensors by name. The tensors are the optimizer's own. */
  entries(): Record<string, Tensor | number> {
    return { step: this.step, ...Object.fromEntries([...this.#numbers, ...this.#tensors]) };
  }
}
