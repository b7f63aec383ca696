import { numel } from '../../shape.ts';
import { tableOf } from '../kernels.ts';
import type { BufferView } from '../lowered-call.ts';
import { type Buffer, isBufferView, isDense, isSingle, mayFail, readsOf } from './memory-use.ts';
import { type FusedPointwise, isDeclared, type PlainCall, type PointwiseCall } from './optimized-call.ts';

export interface FuseOptions {
  /** Whether the engine takes the call as part of a fused call. */
  readonly accepts: (call: PointwiseCall) => boolean;
  /** Whether a buffer's content is wanted after the last call. A call that may fail leaves it as it would without fusing. */
  readonly outlives: (buffer: Buffer) => boolean;
  /** Calls and operands of a fused call at the most. */
  readonly maxCalls: number;
  readonly maxOperands: number;
}

const pointwise = tableOf(({ outputs }) => outputs.out?.form === 'pointwise');

export const isPointwise = (call: PlainCall): call is PointwiseCall =>
  isDeclared(call) && pointwise[call.kind];

export const walksDensely = ({ outputs, inputs }: PointwiseCall): boolean =>
  isDense(outputs[0]!) && inputs.every((input) => !isBufferView(input) || isDense(input) || isSingle(input));

/** Where an operand is; two that agree are the same elements. */
const keyOf = ({ dtype, offset, strides, shape }: BufferView): string =>
  `${dtype} ${offset} ${isDense({ shape, strides }) ? 'dense' : 'single'}`;

/** One call, or several that may be fused, and the memory that they use. */
class Item<C extends PlainCall> {
  readonly calls: C[] = [];
  /** Elements of a fused call that may grow; undefined for other calls. */
  readonly count: number | undefined;
  readonly reads = new Set<Buffer>();
  readonly writes = new Set<Buffer>();
  /** How the calls reach each buffer. */
  readonly #keys = new Map<Buffer, Set<string>>();
  #operands = 0;

  constructor(call: C, count: number | undefined) {
    this.count = count;
    this.add(call);
  }

  add(call: C): void {
    this.calls.push(call);
    for (const { storage } of readsOf(call)) this.reads.add(storage);
    for (const { storage } of call.outputs) this.writes.add(storage);
    for (const operand of [...call.outputs, ...call.inputs]) {
      if (!isBufferView(operand)) {
        this.#operands++;
        continue;
      }
      const keys = this.#keys.get(operand.storage) ?? new Set();
      if (!keys.has(keyOf(operand))) this.#operands++;
      this.#keys.set(operand.storage, keys.add(keyOf(operand)));
    }
  }

  /** Whether the call must stay behind this item. */
  precedes(call: PlainCall, { outlives }: FuseOptions): boolean {
    return (
      (this.calls.some(mayFail) && call.outputs.some(({ storage }) => outlives(storage))) ||
      readsOf(call).some(({ storage }) => this.writes.has(storage)) ||
      call.outputs.some(({ storage }) => this.writes.has(storage) || this.reads.has(storage))
    );
  }

  /** Whether the call can be done block by block with those that are here. */
  takes(call: PointwiseCall, count: number, { maxCalls, maxOperands }: FuseOptions): boolean {
    if (this.count !== count || this.calls.length >= maxCalls || this.#operands + 4 > maxOperands)
      return false;
    const places = [...call.outputs, ...call.inputs.filter(isBufferView)];
    const written = call.outputs[0]!.storage;
    // Where a buffer is written, all must mean the same elements of it in a block.
    return places.every((place) => {
      const keys = this.#keys.get(place.storage);
      const isWritten = place.storage === written || this.writes.has(place.storage);
      return keys === undefined || !isWritten || (keys.size === 1 && keys.has(keyOf(place)));
    });
  }
}

/** Whether a call alone means the same element throughout wherever its output's buffer is read. */
function isAligned(call: PointwiseCall): boolean {
  const [output] = call.outputs as readonly [BufferView];
  return call.inputs.every(
    (input) => !isBufferView(input) || input.storage !== output.storage || keyOf(input) === keyOf(output),
  );
}

/**
 * Puts pointwise calls over equally many elements together, so that an engine walks their operands once, in blocks that stay in a cache.
 * A call moves forward to the last such group that it does not have to wait behind; every element still sees the same operations
 * in the same order.
 */
export function fusePointwise<C extends PlainCall>(
  calls: readonly C[],
  options: FuseOptions,
): readonly (C | FusedPointwise)[] {
  const items: Item<C>[] = [];
  for (const call of calls) {
    if (!isPointwise(call) || !walksDensely(call) || !isAligned(call) || !options.accepts(call)) {
      items.push(new Item(call, undefined));
      continue;
    }
    const count = numel(call.outputs[0]!.shape);
    let place = items.length - 1;
    while (place >= 0 && !items[place]!.takes(call, count, options) && !items[place]!.precedes(call, options))
      place--;
    const fused = items[place];
    if (fused?.takes(call, count, options)) fused.add(call);
    else items.push(new Item(call, count));
  }
  return items.map(({ calls, count }): C | FusedPointwise =>
    calls.length === 1 || count === undefined
      ? calls[0]!
      : { kind: 'fusedPointwise', calls: calls as readonly PlainCall[] as readonly PointwiseCall[], count },
  );
}
