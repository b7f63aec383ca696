import { AutogradError } from '../errors.ts';
import type { GradientContext, Op } from '../ops/op.ts';
import type { Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { isGradEnabled } from './mode.ts';

let nextSequence = 0;

/** What is called with a gradient on its way through a node; a tensor that it returns takes the gradient's place. */
export type GradientHook = (grad: Tensor) => Tensor | undefined;

/** What is called with a leaf whose `grad` a backward pass has changed, and with all leaves that it reached. */
export type AccumulatedHook = (leaf: Tensor, reached: ReadonlySet<Tensor>) => void;

/** Where a leaf's gradient ends up. Copies of the leaf that a graph has saved share its node. */
export class LeafNode {
  /** In the order they were registered; undefined until there is one. */
  hooks: Set<GradientHook> | undefined;
  /** What keeps the gradient, once the hooks have seen it. */
  retain: ((grad: Tensor) => void) | undefined;
  /** What is called with the leaf once all gradients of a backward pass are stored; undefined until there is one. */
  accumulated: Set<AccumulatedHook> | undefined;
  readonly sequence = -1;
  readonly leaf: Tensor;

  constructor(leaf: Tensor) {
    this.leaf = leaf;
  }
}

export type Node = LeafNode | OpNode;

interface InputMeta {
  readonly shape: Shape;
  readonly dtype: Tensor['dtype'];
}

interface SavedTensor {
  readonly tensor: Tensor;
  readonly version: number;
}

type GradientOf = (grad: Tensor, node: OpNode, needs: readonly boolean[]) => readonly (Tensor | undefined)[];

/** One recorded operation: its inputs' nodes, and what its gradient will read. */
export class OpNode {
  readonly sequence = nextSequence++;
  /** In the order they were registered; undefined until there is one. */
  hooks: Set<GradientHook> | undefined;
  /** What keeps the gradient, once the hooks have seen it. */
  retain: ((grad: Tensor) => void) | undefined;
  readonly name: string;
  readonly edges: readonly (Node | undefined)[];
  /** Which inputs want a gradient. */
  readonly needs: readonly boolean[];
  readonly inputs: readonly (InputMeta | undefined)[];
  #saved: Map<number | 'output', SavedTensor | number> | undefined = new Map();
  #kept: readonly Tensor[] = [];
  #owned: OpNode | undefined;
  readonly #gradient: GradientOf;

  /** @param gradient Gradients with respect to the inputs, given the output's, this node, and which inputs' are asked for. */
  constructor(name: string, inputs: readonly (Tensor | number)[], gradient: GradientOf) {
    this.name = name;
    this.edges = inputs.map((input) => (typeof input === 'number' ? undefined : input.node));
    this.needs = this.edges.map((edge) => edge !== undefined);
    this.inputs = inputs.map((input) =>
      typeof input === 'number' ? undefined : { shape: input.shape, dtype: input.dtype },
    );
    this.#gradient = gradient;
  }

  /** Records `op` applied to `inputs`; saves what its gradient reads. */
  static of<A>(op: Op<A>, inputs: readonly (Tensor | number)[], attributes: A): OpNode {
    const { gradient } = op;
    if (gradient === undefined) throw new AutogradError(`${op.name}: expected a differentiable operation`);
    const node = new OpNode(op.name, inputs, (grad, self, needs) =>
      gradient(grad, self.#context(attributes, needs)),
    );
    for (const saved of op.saves?.(attributes, node.needs) ?? []) {
      if (saved !== 'output') node.#save(saved, inputs[saved]!);
    }
    return node;
  }

  get freed(): boolean {
    return this.#saved === undefined;
  }

  /** Saves the output if the gradient reads it. Comes after the forward pass, when the output exists. */
  saveOutput<A>(op: Op<A>, output: Tensor, attributes: A): void {
    if (op.saves?.(attributes, this.needs).includes('output')) this.#save('output', output);
  }

  #save(key: number | 'output', value: Tensor | number): void {
    const saved =
      typeof value === 'number' ? value : { tensor: value.alias(), version: value.storage.version };
    this.#saved!.set(key, saved);
  }

  /** Takes over what `forward` kept. */
  hold(kept: readonly Tensor[]): void {
    this.#kept = kept;
  }

  /** @param needs Which inputs' gradients are asked for, of those that want one. */
  computeGradient(grad: Tensor, needs: readonly boolean[]): readonly (Tensor | undefined)[] {
    return this.#gradient(grad, this, needs);
  }

  /** Makes another node's saved values last as long as this one's. */
  owns(node: OpNode): void {
    this.#owned = node;
  }

  /** Lets go of the saved values; a later backward pass through this node is an error. */
  free(): void {
    this.#owned?.free();
    for (const saved of this.#saved?.values() ?? []) {
      if (typeof saved !== 'number') saved.tensor.dispose();
    }
    for (const tensor of this.#kept) tensor.dispose();
    this.#kept = [];
    this.#saved = undefined;
  }

  #read(key: number | 'output'): Tensor | number {
    const saved = this.#saved?.get(key);
    if (saved === undefined) throw new AutogradError(`${this.name}: expected ${key} to be saved`);
    if (typeof saved === 'number') return saved;
    if (saved.tensor.storage.version !== saved.version) {
      const what = key === 'output' ? 'its output' : `its input ${key}`;
      throw new AutogradError(
        `backward: one of the values needed for the gradient of ${this.name} (${what}, shape [${saved.tensor.shape.join(', ')}]) ` +
          `was modified by an in-place operation: it is at version ${saved.tensor.storage.version}, expected version ${saved.version}`,
      );
    }
    return saved.tensor;
  }

  #context<A>(attributes: A, needs: readonly boolean[]): GradientContext<A> {
    return {
      attributes,
      needs,
      input: (index) => this.#read(index),
      tensor: (index) => this.#read(index) as Tensor,
      output: () => this.#read('output') as Tensor,
      shape: (index) => this.inputs[index]!.shape,
      kept: (index) => this.#kept[index]!,
      differentiable: isGradEnabled(),
    };
  }
}
