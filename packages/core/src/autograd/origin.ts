import { AutogradError } from '../errors.ts';
import type { Op } from '../ops/op.ts';
import type { Tensor } from '../tensor.ts';
import { enableGrad } from './mode.ts';
import { type Node, OpNode } from './node.ts';

/**
 * Where a view comes from: the tensor whose memory it shares, and how to take the same view of another tensor
 * of that shape. It lets an in-place write through a view reach the base's gradient, and the other way round.
 */
export class Origin {
  readonly base: Tensor;
  readonly take: (base: Tensor) => Tensor;
  #baseNode: Node | undefined;
  #version: number;

  private constructor(base: Tensor, take: (base: Tensor) => Tensor) {
    this.base = base;
    this.take = take;
    this.#baseNode = base.node;
    this.#version = base.storage.version;
  }

  /** The origin of a view of `input`, which may be a view itself. */
  static of(input: Tensor, take: (input: Tensor) => Tensor): Origin {
    const { origin } = input;
    return origin === undefined
      ? new Origin(input, take)
      : new Origin(origin.base, (base) => take(origin.take(base)));
  }

  /** The view's node, taken anew when the base has been written to in place since. */
  refresh(node: Node | undefined): Node | undefined {
    const { base } = this;
    if (this.#version === base.storage.version) return node;
    this.#version = base.storage.version;
    if (this.#baseNode === base.node) return node;
    this.#baseNode = base.node;
    // The base itself may have been disposed; the view holds its memory.
    const standIn = base.sharing();
    const fresh = enableGrad(() => this.take(standIn));
    const result = fresh.node;
    fresh.dispose();
    standIn.dispose();
    return result;
  }

  /**
   * Records that `op` overwrote a view of the base: the base's gradient passes where it was not written, and through `op`
   * where it was.
   */
  recordWrite<A>(op: Op<A>, inputs: readonly [Tensor, ...(Tensor | number)[]], attributes: A): OpNode {
    const { base, take } = this;
    if (base.isLeaf && base.requiresGrad) {
      throw new AutogradError(
        `${op.name}_: expected a view that can be modified in place, got a view of a leaf that requires grad; update it inside noGrad`,
      );
    }
    const [target, ...others] = inputs;
    const written = OpNode.of(op, inputs, attributes);
    const node = new OpNode(`${op.name}_`, [base, ...others], (grad, _, needs) => {
      const [through, ...rest] = written.computeGradient(
        take(grad),
        written.needs.map((needed, i) => needed && needs[i]!),
      );
      if (!needs[0]) return [undefined, ...rest];
      const passed = grad.clone();
      take(passed).copy_(through ?? target.newZeros([]));
      return [passed, ...rest];
    });
    node.owns(written);
    return node;
  }
}
