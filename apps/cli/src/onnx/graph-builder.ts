import type { Tensor } from '@kindling/core';
import type { Attributes, GraphMessage, NodeMessage, TensorMessage, ValueMessage } from './message.ts';

export type FloatType = 'float32' | 'float64';

/** Gathers the nodes of a graph that takes one value through one layer after the other. */
export class GraphBuilder {
  readonly type: FloatType;
  readonly #nodes: NodeMessage[] = [];
  readonly #initializers = new Map<string, TensorMessage>();

  constructor(type: FloatType) {
    this.type = type;
  }

  /** Adds an operator with one output, and returns that output's name. */
  add(operator: string, inputs: readonly string[], attributes: Attributes = {}, scope = 'graph'): string {
    const name = `${scope}/${operator}_${this.#nodes.length}`;
    this.#nodes.push({ name, operator, inputs, outputs: [name], attributes });
    return name;
  }

  /** A number that operators broadcast, in the graph's type. */
  number(value: number): string {
    const name = `constant/${value}`;
    const data = this.type === 'float32' ? Float32Array.of(value) : Float64Array.of(value);
    this.#initializers.set(name, { name, type: this.type, dims: [], bytes: new Uint8Array(data.buffer) });
    return name;
  }

  /** Whole numbers, such as a shape or places along an axis. */
  integers(values: readonly number[]): string {
    const name = `constant/[${values.join(',')}]`;
    const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    this.#initializers.set(name, { name, type: 'int64', dims: [values.length], bytes });
    return name;
  }

  /** Numbers that are float32 in graphs of any type, such as the factors of a resize. */
  singles(values: readonly number[]): string {
    const name = `constant/float32[${values.join(',')}]`;
    const bytes = new Uint8Array(Float32Array.from(values).buffer);
    this.#initializers.set(name, { name, type: 'float32', dims: [values.length], bytes });
    return name;
  }

  /** The values of a tensor, under a name that it has in the state dict. */
  tensor(name: string, tensor: Tensor): string {
    const values = tensor.contiguous().data();
    const data = this.type === 'float32' ? Float32Array.from(values) : Float64Array.from(values);
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializers.set(name, { name, type: this.type, dims: tensor.shape, bytes });
    return name;
  }

  /** The graph whose output is a value of it, under another name. */
  finish(name: string, input: ValueMessage, value: string, output: ValueMessage): GraphMessage {
    const last = this.#nodes.at(-1);
    const nodes: readonly NodeMessage[] =
      last?.outputs[0] === value
        ? [...this.#nodes.slice(0, -1), { ...last, outputs: [output.name] }]
        : [
            ...this.#nodes,
            {
              name: 'graph/Identity',
              operator: 'Identity',
              inputs: [value],
              outputs: [output.name],
              attributes: {},
            },
          ];
    return {
      name,
      nodes,
      initializers: [...this.#initializers.values()],
      inputs: [input],
      outputs: [output],
    };
  }
}
