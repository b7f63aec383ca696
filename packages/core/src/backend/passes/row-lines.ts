import { numel } from '../../shape.ts';
import type { BufferView, LoweredCall, LoweredCallOf } from '../lowered-call.ts';
import { isPointwise } from './fuse-pointwise.ts';
import { type Buffer, isBufferView } from './memory-use.ts';
import type { LinesCall, PlainCall } from './optimized-call.ts';
import { layoutOf, type Rows, type RowWise, rowsOf } from './row-part.ts';

/** Rows of a chunk at least (`kFewestRows` in native/src/kernels.h): fewer are summed in another order. */
const MIN_ROWS = 16;

/** Lines are a multiple of so many elements apart (`kLineUnit` in native/src/kernels.h). */
const UNIT = 16;

export interface RowWiseCall {
  readonly call: LoweredCall;
  readonly wise: RowWise;
}

/** What the calls of a run work on. */
export interface LineOptions {
  /** Rows of all chunks, and of one; the last one may have less. */
  readonly rows: number;
  readonly chunk: number;
  /** Elements of a row at most; 0 where the engine does not work on lines. */
  readonly width: number;
  /** Whether nothing but these calls reads or writes a buffer. */
  readonly isInner: (buffer: Buffer) => boolean;
}

/** Kinds of calls, beside pointwise ones, that have a form on lines. */
const otherKinds: ReadonlySet<string> = new Set(['matmul', 'reduce', 'mseBackward', 'bceBackward']);

const isProduct = (call: LoweredCall): call is LoweredCallOf<'matmul'> => call.kind === 'matmul';

/**
 * Whether calls can be done on lines: what passes between them has one element of all rows of a chunk side by side, so that the engine's
 * vectors are full however few elements a row has. The bits are the same.
 */
export function suitLines(
  calls: readonly RowWiseCall[],
  { rows, chunk, width, isInner }: LineOptions,
): boolean {
  const widthOf = (place: BufferView): number => numel(place.shape) / rows;
  if (Math.min(chunk, rows % chunk || chunk) < MIN_ROWS) return false;
  const suits = ({ call, wise }: RowWiseCall): boolean =>
    (isPointwise(call) || otherKinds.has(call.kind)) &&
    wise.rows.every(
      (place) => place.dtype === 'float32' && layoutOf(place, rows) !== undefined && widthOf(place) <= width,
    ) &&
    (wise.sums.length > 0 || call.outputs.every((place) => widthOf(place) === 1 || isInner(place.storage)));
  return calls.every(suits) && calls.some(({ wise }) => wise.rows.some((place) => widthOf(place) > 1));
}

/** The calls of a task on lines. Rows that come from elsewhere are turned into lines before they are read. */
export class Lines {
  readonly #options: LineOptions;
  readonly #step: number;
  readonly #memoryOf: (buffer: Buffer) => Buffer | undefined;
  readonly #createBuffer: () => Buffer;
  readonly #turned = new Map<string, Map<Buffer, Buffer>>();

  /** @param memoryOf the memory of an inner buffer. */
  constructor(
    options: LineOptions,
    memoryOf: (buffer: Buffer) => Buffer | undefined,
    createBuffer: () => Buffer,
  ) {
    this.#options = options;
    this.#step = Math.ceil(options.chunk / UNIT) * UNIT;
    this.#memoryOf = memoryOf;
    this.#createBuffer = createBuffer;
  }

  /** The calls for a chunk of rows; `sumOf` is where the sum over them goes. */
  *of(
    calls: readonly RowWiseCall[],
    part: Rows,
    sumOf: (each: RowWiseCall) => BufferView | undefined,
  ): Generator<PlainCall> {
    const present = new Set<Buffer>();
    for (const each of calls) {
      for (const place of each.wise.rows) yield* this.#turn(place, part, present);
      yield this.#partOf(each, part, sumOf(each));
    }
  }

  #widthOf(place: BufferView): number {
    return numel(place.shape) / this.#options.rows;
  }

  /** Where the lines of rows that come from elsewhere lie. */
  #turnedFrom(place: BufferView): Buffer {
    const layout = layoutOf(place, this.#options.rows)!;
    const buffers = this.#turned.get(layout) ?? new Map<Buffer, Buffer>();
    const known = buffers.get(place.storage) ?? this.#createBuffer();
    this.#turned.set(layout, buffers.set(place.storage, known));
    return known;
  }

  /** The call that turns rows of a chunk, unless their lines are present. */
  *#turn(place: BufferView, part: Rows, present: Set<Buffer>): Generator<LinesCall> {
    const width = this.#widthOf(place);
    if (width === 1 || this.#memoryOf(place.storage) !== undefined) return;
    const lines = this.#linesOf(place, part);
    if (present.has(lines.storage)) return;
    present.add(lines.storage);
    yield this.#call('fromRows', part, 1, width, [lines], [rowsOf(place, this.#options.rows, part)]);
  }

  #linesOf(place: BufferView, part: Rows): BufferView {
    const width = this.#widthOf(place);
    const memory = this.#memoryOf(place.storage);
    const line = { dtype: place.dtype, strides: [1], offset: 0 };
    if (width > 1) {
      return { ...line, storage: memory ?? this.#turnedFrom(place), shape: [width * this.#step] };
    }
    if (memory !== undefined) return { ...line, storage: memory, shape: [part.count] };
    return { ...rowsOf(place, this.#options.rows, part), shape: [part.count], strides: [1] };
  }

  #call(
    op: LinesCall['attributes']['op'],
    { count }: Rows,
    m: number,
    n: number,
    outputs: readonly [BufferView],
    inputs: readonly BufferView[],
    isTransposed = false,
  ): LinesCall {
    const attributes = { op, rows: count, step: this.#step, m, n, isTransposed };
    return { kind: 'lines', attributes, outputs, inputs };
  }

  #partOf({ call, wise }: RowWiseCall, part: Rows, sum: BufferView | undefined): PlainCall {
    const lines = (place: BufferView): BufferView => this.#linesOf(place, part);
    if (isProduct(call)) {
      const { m, n, k, transposeB } = call.attributes;
      const [a, b, ...bias] = call.inputs as readonly [BufferView, BufferView, ...BufferView[]];
      if (sum !== undefined) return this.#call('sums', part, m, n, [sum], [lines(a), lines(b)]);
      const matrix = { ...b, shape: b.shape.slice(1), strides: b.strides.slice(1) };
      const inputs = [lines(a), matrix, ...bias];
      return this.#call('product', part, k, n, [lines(call.outputs[0]!)], inputs, transposeB);
    }
    const [place] = wise.rows as readonly [BufferView];
    if (sum !== undefined) return this.#call('totals', part, 1, this.#widthOf(place), [sum], [lines(place)]);
    const like = lines(call.outputs[0]!);
    const inputs = call.inputs.map((input) => {
      if (!isBufferView(input)) return input;
      if (wise.rows.includes(input)) return lines(input);
      return isPointwise(call) ? { ...input, shape: like.shape, strides: [0] } : input;
    });
    return { ...call, outputs: [like], inputs } as PlainCall;
  }
}
