import { describe } from '../arguments.ts';
import { ArgumentError } from '../errors.ts';
import type { Tensor } from '../tensor.ts';
import { Module } from './module.ts';

/**
 * Layers one after the other: the output of each is the input of the next. Their names are '0', '1', … as in PyTorch, so
 * the first layer's weight is `0.weight`.
 *
 * ```ts
 * const model = new nn.Sequential(new nn.Linear(2, 2), new nn.Sigmoid(), new nn.Linear(2, 1), new nn.Sigmoid());
 * ```
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.Sequential.html
 */
export class Sequential extends Module {
  private readonly layers: readonly Module[];

  constructor(...layers: Module[]) {
    super();
    layers.forEach((layer, i) => {
      if (layer instanceof Module) return;
      const got = Array.isArray(layer)
        ? 'an array; did you mean new Sequential(...layers)?'
        : describe(layer);
      throw new ArgumentError(`Sequential: expected layer ${i} to be a module, got ${got}`);
    });
    this.layers = layers;
  }

  protected override members(): (readonly [string, unknown])[] {
    return Object.entries(this.layers);
  }

  forward(x: Tensor): Tensor {
    return this.layers.reduce((hidden, layer) => layer.forward(hidden), x);
  }

  get length(): number {
    return this.layers.length;
  }

  /** The layer at a position, which counts from the end when negative. */
  at(position: number): Module | undefined {
    return this.layers.at(position);
  }

  [Symbol.iterator](): Iterator<Module> {
    return this.layers[Symbol.iterator]();
  }
}
