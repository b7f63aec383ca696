import { assertList, assertTensor } from '../arguments.ts';
import type { Backend } from '../backend/backend.ts';
import { currentContext } from '../capture/context.ts';
import type { DType } from '../dtype.ts';
import { AutogradError, DeviceError, formatShape, ShapeError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import { keep, scope } from '../scope.ts';
import { sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { enableGrad, noGrad } from './mode.ts';
import { LeafNode, type Node, OpNode } from './node.ts';

export interface BackwardOptions {
  /** Keep saved values, so that the graph can be differentiated again. Default: the value of `createGraph`. */
  readonly retainGraph?: boolean;
  /** Record the backward pass itself, for higher derivatives. Default false. */
  readonly createGraph?: boolean;
}

/** Every operation that leads to the roots, the most recently applied first. */
function operationsOf(roots: readonly Node[]): OpNode[] {
  const seen = new Set<Node>(roots);
  for (const node of seen) {
    if (node instanceof LeafNode) continue;
    for (const edge of node.edges) if (edge !== undefined) seen.add(edge);
  }
  return [...seen].filter((node) => node instanceof OpNode).sort((a, b) => b.sequence - a.sequence);
}

/** What leads to some nodes, `order` having the most recent operation first: whether an operation does, and an edge. */
function waysTo(nodes: readonly Node[], order: readonly OpNode[]) {
  const asked = new Set(nodes);
  const passed = new Set<Node>();
  const leads = (edge: Node | undefined): boolean =>
    edge !== undefined && (asked.has(edge) || passed.has(edge));
  for (const node of order.toReversed()) if (node.edges.some(leads)) passed.add(node);
  return { passed, leads };
}

/** A gradient in the shape and dtype of the input it belongs to: broadcast axes summed, dtype converted. */
function fit(
  grad: Tensor,
  input: { readonly shape: readonly number[]; readonly dtype: Tensor['dtype'] },
): Tensor {
  const summed = grad.sumToSize(input.shape);
  return summed.dtype === input.dtype ? summed : summed.to(input.dtype);
}

function add(gradients: Map<Node, Tensor>, node: Node, grad: Tensor): void {
  const before = gradients.get(node);
  gradients.set(node, before === undefined ? grad : before.add(grad));
}

/** Hands the whole gradient of a node to what is registered for it. */
function runHooks(gradients: Map<Node, Tensor>, node: Node): void {
  for (const hook of [...(node.hooks ?? [])]) {
    const grad = gradients.get(node);
    if (grad === undefined) return;
    const replaced = hook(grad);
    if (replaced === undefined) continue;
    assertTensor('registerHook', 'the result of a hook', replaced);
    if (!sameShape(replaced.shape, grad.shape) || replaced.dtype !== grad.dtype) {
      throw new ShapeError(
        `registerHook: expected a gradient of shape ${formatShape(grad.shape)} and dtype ${grad.dtype}, got ${formatShape(replaced.shape)} and ${replaced.dtype}`,
      );
    }
    gradients.set(node, replaced);
  }
  const whole = gradients.get(node);
  if (whole !== undefined) node.retain?.(whole);
}

/** Calls what is registered for leaves, once all of them have their gradients. */
function runAccumulatedHooks(nodes: Iterable<Node>): void {
  const leaves = [...nodes].filter((node) => node instanceof LeafNode);
  if (leaves.every(({ accumulated }) => accumulated === undefined)) return;
  const reached = new Set(leaves.map(({ leaf }) => leaf));
  for (const { leaf, accumulated = [] } of leaves) for (const hook of [...accumulated]) hook(leaf, reached);
}

/** Walks the graph from the outputs and returns the gradient that arrives at each of the nodes; left out, at each leaf. */
function propagate(
  outputs: readonly (readonly [Tensor, Tensor])[],
  retainGraph: boolean,
  nodes?: readonly Node[],
): Map<Node, Tensor> {
  const gradients = new Map<Node, Tensor>();
  for (const [output, grad] of outputs) add(gradients, output.node!, grad);
  const order = operationsOf([...gradients.keys()]);
  const ways = nodes && waysTo(nodes, order);
  const passed = ways === undefined ? order : order.filter((node) => ways.passed.has(node));
  const freed = passed.find((node) => node.freed);
  if (freed !== undefined) {
    throw new AutogradError(
      `backward: the graph was freed by an earlier backward pass (at ${freed.name}); pass { retainGraph: true } to the first one`,
    );
  }
  for (const node of order) {
    if (node.hooks !== undefined || node.retain !== undefined) runHooks(gradients, node);
    const grad = gradients.get(node);
    if (grad === undefined || ways?.passed.has(node) === false) continue;
    const needs = ways === undefined ? node.needs : node.edges.map(ways.leads);
    node.computeGradient(grad, needs).forEach((inputGrad, i) => {
      const edge = node.edges[i];
      if (edge !== undefined && needs[i] && inputGrad !== undefined)
        add(gradients, edge, fit(inputGrad, node.inputs[i]!));
    });
    if (!nodes?.includes(node)) gradients.delete(node);
  }
  if (!retainGraph) for (const node of passed) node.free();
  for (const node of [...gradients.keys()])
    if (node instanceof LeafNode && node.hooks) runHooks(gradients, node);
  return gradients;
}

const ones = new WeakMap<Backend, Map<DType, Tensor>>();

/** The scalar 1, made once for each device and dtype. */
function sharedOne(like: Tensor): Tensor {
  const { backend } = like.storage;
  const known = ones.get(backend)?.get(like.dtype);
  if (known !== undefined && known.storage.version === 0) return known;
  const one = keep(like.newFull([], 1));
  ones.set(backend, (ones.get(backend) ?? new Map()).set(like.dtype, one));
  return one;
}

/** @param isShared whether the gradient is only read. */
function rootGradient(output: Tensor, gradient: Tensor | undefined, isShared: boolean): Tensor {
  if (!output.requiresGrad) {
    throw new AutogradError('backward: expected a tensor that requires grad, got one without a graph');
  }
  if (gradient === undefined) {
    if (output.numel !== 1) {
      throw new AutogradError(
        `backward: expected a scalar or a gradient argument, got a tensor of shape ${formatShape(output.shape)}`,
      );
    }
    return isShared ? sharedOne(output).reshape(output.shape) : output.newFull(output.shape, 1);
  }
  assertTensor('backward', 'gradient', gradient);
  if (!sameShape(gradient.shape, output.shape)) {
    throw new ShapeError(
      `backward: expected a gradient of shape ${formatShape(output.shape)}, got ${formatShape(gradient.shape)}`,
    );
  }
  if (gradient.storage.backend !== output.storage.backend) {
    throw new DeviceError(`backward: expected a gradient on ${output.device}, got one on ${gradient.device}`);
  }
  return gradient;
}

/** Whether a gradient may become a leaf's own: alone on its memory, and covering all of it. */
function isOwned(grad: Tensor, taken: Set<unknown>): boolean {
  const whole = grad.isContiguous() && grad.storage.byteLength === grad.numel * grad.itemSize;
  if (!whole || taken.has(grad.storage)) return false;
  taken.add(grad.storage);
  return true;
}

/**
 * Adds d output / d leaf to the `grad` of every leaf that the output depends on, times `gradient` (∂ of a
 * scalar / ∂ output; 1 for a scalar output). Backs `Tensor.backward`.
 */
export function backward(output: Tensor, gradient: Tensor | undefined, options: BackwardOptions): void {
  checkOptions('backward', options, { createGraph: true, retainGraph: true });
  const { createGraph = false, retainGraph = createGraph } = options;
  const root = rootGradient(output, gradient, !createGraph);
  const accumulate = (): void => {
    const taken = new Set<unknown>([root.storage]);
    const gradients = propagate([[output, root]], retainGraph);
    for (const [node, arrived] of gradients) {
      if (!(node instanceof LeafNode)) continue;
      const { leaf } = node;
      // A leaf may have got other memory since, by `set_` or a move of its module.
      const grad = arrived.toBackend(leaf.storage.backend).toDType(leaf.dtype);
      currentContext()?.leaves.add(leaf);
      if (leaf.grad === null) {
        leaf.grad = createGraph || isOwned(grad, taken) ? grad : grad.clone();
      } else if (createGraph) {
        leaf.grad = leaf.grad.add(grad);
      } else {
        leaf.grad.add_(grad);
      }
    }
    runAccumulatedHooks(gradients.keys());
  };
  if (createGraph) enableGrad(accumulate);
  else scope(() => noGrad(accumulate));
}

/**
 * d output / d input for each input, without touching any `grad`. An input that the output does not
 * depend on gives null. Inputs need not be leaves.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.autograd.grad.html
 */
export function grad(
  output: Tensor,
  inputs: readonly Tensor[],
  options: BackwardOptions & { readonly gradient?: Tensor } = {},
): (Tensor | null)[] {
  checkOptions('grad', options, { createGraph: true, retainGraph: true, gradient: true });
  const { createGraph = false, retainGraph = createGraph, gradient } = options;
  assertTensor('grad', 'output', output);
  assertList('grad', 'inputs', inputs);
  inputs.forEach((input, i) => {
    assertTensor('grad', `inputs[${i}]`, input);
  });
  const root = rootGradient(output, gradient, false);
  const nodes = inputs.map((input) => {
    if (input.node === undefined) throw new AutogradError('grad: expected inputs that require grad');
    return input.node;
  });
  const compute = (): (Tensor | null)[] => {
    const gradients = propagate([[output, root]], retainGraph, nodes);
    return nodes.map((node) => gradients.get(node) ?? null);
  };
  return createGraph ? enableGrad(compute) : scope(() => noGrad(compute));
}
