import { assertTensor, describe } from '../arguments.ts';
import { apply } from '../autograd/apply.ts';
import { isInteger } from '../dtype.ts';
import { ArgumentError, DTypeError, formatShape, ShapeError } from '../errors.ts';
import { identityOf } from '../identity.ts';
import { contiguous, discard, launch } from '../ops/launch.ts';
import { none } from '../ops/op.ts';
import { where } from '../ops/where.ts';
import { broadcastShapes, numel, sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { indexTensor } from './index-tensor.ts';

/**
 * One item of an index, as between the brackets of PyTorch's `x[…]`: a position, which removes its axis; a slice as text, `':'`, `'1:3'`,
 * `'::2'`; `'...'` for all axes that no other item is for; `null` for a new axis; positions as an int32 or uint8 tensor or a list; or a
 * bool tensor of the shape of the axes it stands for, which picks where it is true.
 */
export type IndexItem = number | string | null | Tensor | readonly number[];

/** What is left to do once numbers, slices and new axes are done: some axes of a view picked by tensors of one shape. */
export interface Indexed {
  readonly view: Tensor;
  /** The positions along each axis that is picked, undefined for the others. */
  readonly picks: readonly (Tensor | undefined)[];
}

const sliceText = /^\s*(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*(-?\d+)?\s*)?$/;

const isTensor = (item: unknown): item is Tensor => identityOf(item)?.kind === 'tensor';

const isMask = (item: IndexItem): item is Tensor => isTensor(item) && item.dtype === 'bool';

/** How many axes an item is for. */
const axesOf = (item: IndexItem): number =>
  item === null || item === '...' ? 0 : isMask(item) ? item.ndim : 1;

function assertItem(op: string, item: unknown): asserts item is IndexItem {
  if (item === null || Number.isSafeInteger(item)) return;
  if (typeof item === 'string' && (item === '...' || sliceText.test(item))) return;
  if (Array.isArray(item) && item.every((position) => Number.isSafeInteger(position))) return;
  if (isTensor(item)) {
    assertTensor(op, 'an index', item);
    if (isInteger(item.dtype) || item.dtype === 'bool') return;
    throw new DTypeError(`${op}: expected an int32, uint8 or bool index, got ${item.dtype}`);
  }
  throw new ArgumentError(
    `${op}: expected an integer, a slice like '1:3', '...', null, a tensor or a list, got ${describe(item)}`,
  );
}

/** The items with one `'...'` among them, for a tensor of this rank. */
function complete(op: string, items: readonly IndexItem[], ndim: number): IndexItem[] {
  const used = items.reduce<number>((sum, item) => sum + axesOf(item), 0);
  const dots = items.filter((item) => item === '...').length;
  if (dots > 1) throw new ArgumentError(`${op}: expected at most one '...', got ${dots}`);
  if (used > ndim) throw new ShapeError(`${op}: expected at most ${ndim} indices, got ${used}`);
  const rest = Array.from({ length: ndim - used }, () => ':');
  const all = dots === 0 ? [...items, '...'] : items;
  return all.flatMap((item) => (item === '...' ? rest : [item]));
}

/** Does what views can do, and gathers the tensors. Masks and lists are read on the host. */
export function indexed(op: string, tensor: Tensor, items: readonly unknown[]): Indexed {
  for (const item of items) assertItem(op, item);
  let view = tensor;
  let axis = 0;
  const picks: (Tensor | undefined)[] = [];
  for (const item of complete(op, items as readonly IndexItem[], tensor.ndim)) {
    if (typeof item === 'number') {
      view = picked(op, view, axis, item);
    } else if (item === null) {
      view = view.unsqueeze(axis);
      picks[axis++] = undefined;
    } else if (typeof item === 'string') {
      const [, start, end, step] = sliceText.exec(item)!;
      const whole = (text: string | undefined): number | undefined =>
        text === undefined ? undefined : Number(text);
      view = view.slice(axis, whole(start) ?? 0, whole(end), whole(step) ?? 1);
      picks[axis++] = undefined;
    } else if (isMask(item)) {
      const covered = view.shape.slice(axis, axis + item.ndim);
      if (!sameShape(item.shape, covered)) {
        throw new ShapeError(
          `${op}: expected a mask of shape ${formatShape(covered)} from dim ${axis} on, got ${formatShape(item.shape)}`,
        );
      }
      if (item.ndim === 0) {
        view = view.unsqueeze(axis);
        picks[axis++] = indexTensor(tensor, [item.item()], item.item() === 1 ? [0] : []);
      } else {
        for (const column of item.nonzero().unbind(1)) picks[axis++] = column;
      }
    } else {
      const positions = isTensor(item) ? item : indexTensor(tensor, [item.length], item);
      picks[axis] = positive(op, positions, view.shape[axis]!);
      axis++;
    }
  }
  return { view, picks: broadcast(op, picks) };
}

function picked(op: string, view: Tensor, axis: number, position: number): Tensor {
  const size = view.shape[axis]!;
  if (position >= -size && position < size) return view.select(axis, position);
  throw new ShapeError(
    `${op}: expected an index in [${-size}, ${size - 1}] for dim ${axis}, got ${position}`,
  );
}

/** Throws, on an asynchronous device with the next value that is read, unless positions are along an axis of this size. */
export function assertPositions(op: string, index: Tensor, size: number, least = 0): void {
  if (!isInteger(index.dtype))
    throw new DTypeError(`${op}: expected an int32 or uint8 index, got ${index.dtype}`);
  if (size === 0 && index.numel > 0) {
    throw new ShapeError(`${op}: expected an index without elements for a dim of size 0, got ${index.numel}`);
  }
  const view = contiguous(index.strided);
  launch('assertRange', [], [view], {
    low: least,
    high: size - 1,
    except: Number.NaN,
    expected: `${op}: expected indices in [${least}, ${size - 1}]`,
    rest: ' of the index',
  });
  discard(view, index.strided);
}

/** Positions that do not count from the end, once they are known to be there. */
function positive(op: string, index: Tensor, size: number): Tensor {
  assertPositions(op, index, size, -size);
  const positions = index.int();
  return apply(where, [positions.lt(0), positions.add(size), positions], none);
}

function broadcast(op: string, picks: readonly (Tensor | undefined)[]): readonly (Tensor | undefined)[] {
  const given = picks.filter((pick) => pick !== undefined);
  const shape = given.reduce<readonly number[]>((all, { shape: one }) => broadcastShapes(op, all, one), []);
  return picks.map((pick) => pick?.expand(shape));
}

/** The picked axes of a view moved to where the first of them is if they are neighbors, else to the front, and merged into one. */
export interface Flat {
  /** [count, rest…]: the merged axis first. */
  readonly rows: Tensor;
  /** Positions along it, of the picks' shape. */
  readonly positions: Tensor;
  /** From the shape [picks…, rest…] to the result's order of axes. */
  readonly order: readonly number[];
  /** The order of the view's axes that puts the picked ones first. */
  readonly moved: readonly number[];
}

/** Undefined where no axis is picked by a tensor. */
export function flattened({ view, picks }: Indexed): Flat | undefined {
  const axes = [...picks.keys()].filter((d) => picks[d] !== undefined);
  const [first] = axes;
  if (first === undefined) return undefined;
  const rest = [...view.shape.keys()].filter((d) => !axes.includes(d));
  const moved = [...axes, ...rest];
  const sizes = axes.map((d) => view.shape[d]!);
  const rows = view.permute(moved).reshape([numel(sizes), ...rest.map((d) => view.shape[d]!)]);
  const positions = axes
    .map((d) => picks[d]!)
    .reduce((flat, pick, i) => (i === 0 ? pick : flat.mul(sizes[i]!).add(pick)));
  const neighbors = axes.every((d, i) => i === 0 || d === axes[i - 1]! + 1);
  const before = neighbors ? first : 0;
  const width = positions.ndim;
  const count = width + rest.length;
  const order = Array.from({ length: count }, (_, d) =>
    d < before ? width + d : d < before + width ? d - before : d,
  );
  return { rows, positions, order, moved };
}
