import { isFloat } from '../../dtype.ts';
import { numel } from '../../shape.ts';
import type { BufferView, LoweredCallOf } from '../lowered-call.ts';
import { type Buffer, isBufferView, isDense, readsOf } from '../passes/memory-use.ts';
import { callsOf, type OptimizedCall, type PlainCall } from '../passes/optimized-call.ts';
import { isUnread, overlap } from './followed-replays.ts';

const stepKinds = ['sgdStep', 'adamStep', 'rmspropStep', 'adagradStep'] as const;
type Step = { [K in (typeof stepKinds)[number]]: LoweredCallOf<K> }[(typeof stepKinds)[number]];

/** A gradient that is a column times a row. */
export interface Product {
  /** The position of its parameter in the step. */
  readonly tensor: number;
  readonly a: BufferView;
  readonly b: BufferView;
}

/** An optimizer's step that computes some of its gradients itself, where it needs them, and leaves their memory as it is. */
export interface StepOfProducts {
  readonly kind: 'stepOfProducts';
  readonly step: Step;
  readonly products: readonly Product[];
}

export type NativeCall = OptimizedCall | StepOfProducts;

/** The calls of which a native call is made, in their order. */
export const plainCallsOf = (call: NativeCall): readonly PlainCall[] =>
  call.kind === 'stepOfProducts' ? [call.step] : callsOf(call);

const isStep = (call: OptimizedCall): call is Step => stepKinds.some((kind) => kind === call.kind);

/** The same elements as a vector, where they lie one behind the other. */
function vectorOf(place: BufferView): BufferView | undefined {
  return isDense(place) ? { ...place, shape: [numel(place.shape)], strides: [1] } : undefined;
}

const isSame = (one: BufferView, other: BufferView): boolean =>
  one.storage === other.storage &&
  one.offset === other.offset &&
  one.dtype === other.dtype &&
  isDense(one) &&
  isDense(other) &&
  numel(one.shape) === numel(other.shape);

/** Column and row of a product whose inner axis has one element; undefined for other calls. */
function factorsOf(call: OptimizedCall): readonly [a: BufferView, b: BufferView] | undefined {
  if (call.kind !== 'matmul' || call.attributes.batch !== 1 || call.attributes.k !== 1) return undefined;
  const [a, b, bias] = call.inputs;
  if (bias !== undefined || a === undefined || b === undefined) return undefined;
  if (!isBufferView(a) || !isBufferView(b) || !isFloat(a.dtype)) return undefined;
  const [column, row] = [vectorOf(a), vectorOf(b)];
  return column === undefined || row === undefined ? undefined : [column, row];
}

interface Followed {
  /** What is read after each replay. */
  readonly collected: readonly BufferView[];
  /** The calls of the replay that follows. */
  readonly next: readonly OptimizedCall[];
}

interface FoundProduct {
  readonly position: number;
  readonly factors: readonly [a: BufferView, b: BufferView];
}

/** The product that fills a gradient of the step at `at`. */
function productOf(calls: readonly OptimizedCall[], at: number, grad: BufferView): FoundProduct | undefined {
  const isWritten = (output: BufferView): boolean => output.storage === grad.storage || overlap(output, grad);
  const position = calls.findLastIndex(
    (call, i) => i < at && callsOf(call).some(({ outputs }) => outputs.some(isWritten)),
  );
  const made = calls[position];
  const factors = made && factorsOf(made);
  if (made?.kind !== 'matmul' || factors === undefined || !isSame(made.outputs[0]!, grad)) return undefined;
  return { position, factors };
}

/** The gradients of the step at `at`. */
const gradientsOf = ({ inputs, attributes }: Step) => inputs.slice(-attributes.count);

/**
 * What {@link inlineProducts} needs in memory for longer than its last call: factors of gradients, each until the step at a position.
 *
 * @param calls before they have memory
 */
export function* factorsUntilSteps(
  calls: readonly OptimizedCall[],
): Generator<readonly [factor: Buffer, step: number]> {
  for (const [at, call] of calls.entries()) {
    if (!isStep(call)) continue;
    for (const grad of gradientsOf(call)) {
      const factors = isBufferView(grad) ? productOf(calls, at, grad)?.factors : undefined;
      for (const { storage } of factors ?? []) yield [storage, at];
    }
  }
}

/** The same, where nothing but the step needs the gradient, and both factors are still there. */
function productFor(
  calls: readonly OptimizedCall[],
  at: number,
  grad: BufferView,
  { collected, next }: Followed,
): FoundProduct | undefined {
  const found = productOf(calls, at, grad);
  if (found === undefined) return undefined;
  const { position, factors } = found;
  const isReadBy = (call: PlainCall): boolean => readsOf(call).some((place) => overlap(place, grad));
  const between = calls.slice(position + 1, at).flatMap(callsOf);
  const isNeeded =
    collected.some((place) => overlap(place, grad)) ||
    between.some(isReadBy) ||
    readsOf(calls[at] as Step).some((place) => place.storage !== grad.storage && overlap(place, grad)) ||
    !isUnread([...calls.slice(at + 1), ...next], grad);
  const isStale = [...between, calls[at] as Step].some(({ outputs }) =>
    outputs.some((output) => factors.some((factor) => overlap(output, factor))),
  );
  return isNeeded || isStale ? undefined : found;
}

/**
 * The calls for replays that another one follows at once: a gradient that is a column times a row, as that of a batch of one sample, is not
 * stored, which saves writing and reading as much memory as the parameter has. All other memory gets the same bits. The same calls where
 * there is no such gradient.
 *
 * @param calls with the memory that they work on
 */
export function inlineProducts(calls: readonly OptimizedCall[], followed: Followed): readonly NativeCall[] {
  const dropped = new Set<number>();
  const steps = new Map<number, StepOfProducts>();
  for (const [at, call] of calls.entries()) {
    if (!isStep(call)) continue;
    const products: Product[] = [];
    for (const [tensor, grad] of gradientsOf(call).entries()) {
      const found = isBufferView(grad) ? productFor(calls, at, grad, followed) : undefined;
      if (!found) continue;
      const [a, b] = found.factors;
      products.push({ tensor, a, b });
      dropped.add(found.position);
    }
    if (products.length > 0) steps.set(at, { kind: 'stepOfProducts', step: call, products });
  }
  if (steps.size === 0) return calls;
  return calls.map((call, i) => steps.get(i) ?? call).filter((_, i) => !dropped.has(i));
}
