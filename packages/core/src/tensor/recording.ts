import { assertBoolean, assertFunction } from '../arguments.ts';
import { type BackwardOptions, backward } from '../autograd/backward.ts';
import { type AccumulatedHook, type GradientHook, LeafNode } from '../autograd/node.ts';
import { isFloat } from '../dtype.ts';
import { AutogradError, DTypeError } from '../errors.ts';
import { identityOf } from '../identity.ts';
import type { Tensor } from '../tensor.ts';

const isTensor = (value: unknown): value is Tensor => identityOf(value)?.kind === 'tensor';

/** What ends a registration. */
export interface HookHandle {
  remove(): void;
}

/** The tensor in the graph of recorded operations. */
export class Recording {
  /**
   * Turns the recording of a leaf on or off, and returns the tensor. Throws {@link AutogradError} on the result of a
   * recorded operation, and {@link DTypeError} on integers and bools.
   */
  requiresGrad_(this: Tensor, flag = true): Tensor {
    this.assertLive('requiresGrad_');
    assertBoolean('requiresGrad_', 'flag', flag);
    if (!this.isLeaf) {
      throw new AutogradError(
        'requiresGrad_: expected a leaf, got the result of an operation; detach it first',
      );
    }
    if (flag && !isFloat(this.dtype)) {
      throw new DTypeError(`requiresGrad_: expected a floating-point tensor, got ${this.dtype}`);
    }
    if (flag !== this.requiresGrad) this.node = flag ? new LeafNode(this) : undefined;
    return this;
  }

  /**
   * Adds the gradient of this tensor to the `grad` of every leaf it depends on.
   *
   * ```ts
   * loss.backward();
   * loss.backward({ retainGraph: true });
   * y.backward(gradient, { createGraph: true });
   * ```
   *
   * @param gradient ∂L/∂this, of this tensor's shape. May be left out for a tensor of one element, where it is 1.
   *
   * Throws {@link AutogradError} when nothing was recorded, when a non-scalar comes without a gradient, when the graph was
   * freed by an earlier pass, or when a saved value was modified in place.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.Tensor.backward.html
   */
  backward(options?: BackwardOptions): void;
  backward(gradient: Tensor | undefined, options?: BackwardOptions): void;
  backward(this: Tensor, given?: Tensor | BackwardOptions, options?: BackwardOptions): void {
    this.assertLive('backward');
    if (given === undefined || isTensor(given)) {
      backward(this, given, options === undefined ? {} : options);
    } else {
      backward(this, undefined, options === undefined ? given : { ...given, ...options });
    }
  }

  /** The same elements, shared, outside the graph. */
  detach(this: Tensor): Tensor {
    this.assertLive('detach');
    return this.wrap(this.strided, undefined);
  }

  /**
   * Calls `hook` with the gradient of this tensor in each backward pass, once all of it has arrived. A tensor that it returns takes the
   * gradient's place.
   *
   * ```ts
   * const handle = x.registerHook((grad) => grad.mul(2));
   * handle.remove();
   * ```
   *
   * @throws {AutogradError} for a tensor that does not require grad.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.Tensor.register_hook.html
   */
  registerHook(this: Tensor, hook: GradientHook): HookHandle {
    this.assertLive('registerHook');
    assertFunction('registerHook', 'hook', hook);
    const { node } = this;
    if (node === undefined) {
      throw new AutogradError('registerHook: expected a tensor that requires grad, got one without a graph');
    }
    // One registration is one hook, though the function may be registered twice.
    const own: GradientHook = (grad) => hook(grad);
    node.hooks = (node.hooks ?? new Set()).add(own);
    return { remove: () => void node.hooks?.delete(own) };
  }

  /**
   * Calls `hook` after each backward pass that reached this leaf, when the gradients of all leaves are in their `grad`: with the leaf, and
   * with all leaves that the pass reached.
   *
   * @throws {AutogradError} for a tensor that is no leaf that requires grad.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.Tensor.register_post_accumulate_grad_hook.html
   */
  registerPostAccumulateGradHook(this: Tensor, hook: AccumulatedHook): HookHandle {
    this.assertLive('registerPostAccumulateGradHook');
    assertFunction('registerPostAccumulateGradHook', 'hook', hook);
    const { node } = this;
    if (!(node instanceof LeafNode)) {
      throw new AutogradError(
        'registerPostAccumulateGradHook: expected a leaf that requires grad, got another tensor',
      );
    }
    const own: AccumulatedHook = (leaf, reached) => hook(leaf, reached);
    node.accumulated = (node.accumulated ?? new Set()).add(own);
    return { remove: () => void node.accumulated?.delete(own) };
  }

  /**
   * Keeps the gradient of the result of an operation in its `grad`, as leaves have it.
   *
   * @throws {AutogradError} for a tensor that does not require grad.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.Tensor.retain_grad.html
   */
  retainGrad(this: Tensor): void {
    this.assertLive('retainGrad');
    if (this.node === undefined) {
      throw new AutogradError('retainGrad: expected a tensor that requires grad, got one without a graph');
    }
    if (this.isLeaf) return;
    this.node.retain ??= (grad) => {
      const { grad: before } = this;
      this.grad = before === null ? grad.clone() : before.add(grad);
    };
  }

  /** Whether {@link retainGrad} was called. */
  retainsGrad(this: Tensor): boolean {
    this.assertLive('retainsGrad');
    return this.node?.retain !== undefined;
  }
}
