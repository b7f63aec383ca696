import { KindlingError, type Tensor } from '@kindling/core';
import type { FloatType, GraphBuilder } from './graph-builder.ts';
import type { Attributes } from './message.ts';

/** A layer that a graph of ONNX cannot hold. */
export class OnnxError extends KindlingError {
  override readonly name = 'OnnxError';
}

/** Where a layer is added to a graph. */
export class LayerPlace {
  /** Path of the layer in the model, which names its parameters: `3`, `5.layers.0`. */
  readonly path: string;
  /** Shape of an input, without the batch. */
  readonly shape: readonly number[];
  readonly #graph: GraphBuilder;

  constructor(graph: GraphBuilder, path: string, shape: readonly number[]) {
    this.#graph = graph;
    this.path = path;
    this.shape = shape;
  }

  get type(): FloatType {
    return this.#graph.type;
  }

  /** Adds an operator; the name of its output. */
  readonly add = (operator: string, inputs: readonly string[], attributes: Attributes = {}): string =>
    this.#graph.add(operator, inputs, attributes, `layer${this.path}`);

  readonly number = (value: number): string => this.#graph.number(value);

  readonly integers = (values: readonly number[]): string => this.#graph.integers(values);

  readonly singles = (values: readonly number[]): string => this.#graph.singles(values);

  /** A tensor of the layer, by its name in the state dict or another that the layer has to itself. */
  readonly tensor = (name: string, tensor: Tensor): string =>
    this.#graph.tensor(`${this.path}.${name}`, tensor);

  /** Its place for a part of it, which has inputs of another shape or parameters of its own. */
  part(name: string, shape: readonly number[] = this.shape): LayerPlace {
    return new LayerPlace(this.#graph, name === '' ? this.path : `${this.path}.${name}`, shape);
  }

  /** x Wᵀ + b of vectors, or of those along the last axis. */
  linear(x: string, weight: Tensor, bias: Tensor | undefined): string {
    const own = this.tensor('weight', weight);
    const added = bias === undefined ? [] : [this.tensor('bias', bias)];
    if (this.shape.length === 1) return this.add('Gemm', [x, own, ...added], { transB: { int: 1 } });
    const product = this.add('MatMul', [x, this.add('Transpose', [own], { perm: { ints: [1, 0] } })]);
    return added.length === 0 ? product : this.add('Add', [product, ...added]);
  }

  /** What layers of this form cannot be exported for. */
  refused(reason: string): OnnxError {
    return new OnnxError(`export: layer ${this.path}: ${reason}`);
  }
}
