import type { DType } from '../../dtype.ts';
import { numel } from '../../shape.ts';
import type { BufferView, LoweredCall } from '../lowered-call.ts';
import { type Buffer, isBufferView, mayFail, readsOf } from './memory-use.ts';
import type { PlainCall, SharedTasks } from './optimized-call.ts';
import { PartialSums } from './partial-sums.ts';
import { planMemory } from './plan-memory.ts';
import { Lines, type RowWiseCall, suitLines } from './row-lines.ts';
import { layoutOf, type RowSum, type Rows, type RowWise, rowBytes, rowsOf } from './row-part.ts';
import { rowWise } from './row-wise.ts';

export interface TileOptions {
  /** Whether a buffer's content is wanted after the last call. */
  readonly outlives: (buffer: Buffer) => boolean;
  /** Rows of a chunk: a sum over rows is that of the chunks' sums. */
  readonly chunkOf: (rows: number) => number;
  /** Elements of a row at most that the engine works on as lines; 0 where it does not. */
  readonly lineWidth: number;
  /** Tasks that threads can share. */
  readonly tasks: number;
  /** A buffer that no call has had. */
  readonly createBuffer: () => Buffer;
  /** Does the same calls in less time. */
  readonly optimize: (calls: readonly PlainCall[]) => SharedTasks['tasks'][number];
}

/** Calls of all chunks of a run at most: each has a record of each call. */
const MAX_RECORDS = 2 ** 16;

/** Calls and nanoseconds for one thread that a run needs to be worth it. */
const MIN_CALLS = 4;
const MIN_NANOSECONDS = 4000;

/** Bytes that pass between the calls of a run from which one thread gains, too: about what a second-level cache holds. */
const MIN_BYTES = 2 ** 20;

/** One of the sums over rows of a call that has joined. */
interface JoinedSum {
  readonly joined: RowWiseCall;
  readonly sum: RowSum;
}

/** What follows a run: another call, or a sum of chunks. */
type Follower = LoweredCall | JoinedSum;

const isSum = (follower: Follower): follower is JoinedSum => 'sum' in follower;

/** Outputs of which each row has its part. */
const rowOutputs = ({ call, wise }: RowWiseCall): readonly BufferView[] =>
  call.outputs.slice(0, call.outputs.length - wise.sums.length);

/** Calls that do the same with each row of as many rows, and calls between them that can wait until they are done. */
class Run {
  readonly rows: number;
  readonly dtype: DType;
  /** Rows of a chunk, and how many chunks there are. */
  readonly chunk: number;
  readonly chunks: number;
  /** All calls in the order in which they came. */
  readonly all: LoweredCall[] = [];
  readonly joined: RowWiseCall[] = [];
  readonly followers: Follower[] = [];
  readonly #options: TileOptions;
  /** How the run reaches each buffer: rows of a layout, or as a whole. */
  readonly #layouts = new Map<Buffer, Set<string>>();
  readonly #written = new Set<Buffer>();
  readonly #readBehind = new Set<Buffer>();
  readonly #writtenBehind = new Set<Buffer>();
  #mayFailBehind = false;
  #cost = 0;

  constructor(rows: number, dtype: DType, options: TileOptions) {
    this.rows = rows;
    this.dtype = dtype;
    this.chunk = options.chunkOf(rows);
    this.chunks = Math.ceil(rows / this.chunk);
    this.#options = options;
  }

  /** Takes a call into the run if it can be done row by row, before all that has to wait. */
  join(call: LoweredCall): boolean {
    const wise = rowWise(call, this.rows, this.chunk);
    if (wise === undefined || !this.#suits(call, wise)) return false;
    this.all.push(call);
    const joined = { call, wise };
    this.joined.push(joined);
    this.#cost += wise.cost * this.rows;
    for (const place of wise.rows) this.#note(place, layoutOf(place, this.rows) ?? 'gaps');
    for (const place of wise.whole) this.#note(place, 'whole');
    for (const { storage } of rowOutputs(joined)) this.#written.add(storage);
    for (const sum of wise.sums) {
      if (this.chunks > 1) this.followers.push({ joined, sum });
      this.#writtenBehind.add(sum.out.storage);
    }
    return true;
  }

  wait(call: LoweredCall): void {
    this.all.push(call);
    this.followers.push(call);
    this.#mayFailBehind ||= mayFail(call);
    for (const { storage } of readsOf(call)) this.#readBehind.add(storage);
    for (const { storage } of call.outputs) this.#writtenBehind.add(storage);
  }

  /** Whether threads gain by sharing the chunks. */
  get isWorthwhile(): boolean {
    return this.chunks > 1 && this.hasCalls && this.#cost >= MIN_NANOSECONDS;
  }

  get hasCalls(): boolean {
    const { length } = this.joined;
    return length >= MIN_CALLS && length * this.chunks <= MAX_RECORDS;
  }

  /** Whether a call reads what is there only behind the run. */
  isReadBy(call: LoweredCall): boolean {
    return readsOf(call).some(({ storage }) => this.#writtenBehind.has(storage));
  }

  /** Whether the calls that joined write a buffer row by row. */
  writes(buffer: Buffer): boolean {
    return this.#written.has(buffer);
  }

  #note({ storage }: BufferView, layout: string): void {
    this.#layouts.set(storage, (this.#layouts.get(storage) ?? new Set()).add(layout));
  }

  #suits(call: LoweredCall, wise: RowWise): boolean {
    const { outlives } = this.#options;
    if (wise.sums.some(({ out }) => out.dtype !== this.dtype)) return false;
    if (this.isReadBy(call)) return false;
    const outputs = rowOutputs({ call, wise }).map(({ storage }) => storage);
    // The sum of a single chunk is the sum of all rows.
    const stored = this.chunks === 1 ? call.outputs.map(({ storage }) => storage) : outputs;
    const mustStay = (buffer: Buffer): boolean =>
      this.#writtenBehind.has(buffer) ||
      this.#readBehind.has(buffer) ||
      (this.#mayFailBehind && outlives(buffer));
    if (stored.some(mustStay)) return false;
    // Where a buffer is written, all must mean the same elements of it by a row.
    const isWritten = (buffer: Buffer): boolean => outputs.includes(buffer) || this.#written.has(buffer);
    if (wise.whole.some(({ storage }) => isWritten(storage))) return false;
    const layouts = new Map<Buffer, string>();
    return wise.rows.every((place) => {
      const { storage } = place;
      if (!isWritten(storage)) return true;
      const layout = layoutOf(place, this.rows);
      const alike = layouts.get(storage) ?? layout;
      layouts.set(storage, alike!);
      return (
        layout !== undefined &&
        layout === alike &&
        [...(this.#layouts.get(storage) ?? [])].every((known) => known === layout)
      );
    });
  }
}

/** The rows that a run may have that begins with a call: those of a product's left side, or those that it sums, where `sums`. */
function rowsFrom(call: LoweredCall, sums: boolean): readonly number[] {
  if (call.kind === 'crossEntropyBackward') return [call.attributes.rows];
  if (call.kind !== 'matmul') return [];
  const { m, k } = call.attributes;
  return sums ? [m, k] : [m];
}

/**
 * A run that begins with a call; with one that sums rows only where the run before gains nothing by it. Rows of a single chunk begin none but
 * a first one, on lines.
 */
function runFrom(call: LoweredCall, options: TileOptions, open: Run | undefined): Run | undefined {
  const sums = open === undefined || !open.isWorthwhile || open.isReadBy(call);
  for (const rows of rowsFrom(call, sums)) {
    const run = new Run(rows, call.outputs[0]!.dtype, options);
    const isLong = run.chunks > 1 || (open === undefined && mayBeLines(call, rows, options));
    if (isLong && run.join(call) && (sums || run.joined[0]!.wise.sums.length === 0)) return run;
  }
  return undefined;
}

/** Whether a call is a product of so few columns that its rows may be lines. */
function mayBeLines(call: LoweredCall, rows: number, { lineWidth }: TileOptions): boolean {
  if (call.kind !== 'matmul') return false;
  const { m, n, k } = call.attributes;
  return rows === m && Math.max(n, k) <= lineWidth;
}

/** Followers in their order: sums one by one, calls that waited for as long as there is no sum between them. */
function* inParts(followers: readonly Follower[]): Generator<JoinedSum | LoweredCall[]> {
  let waiting: LoweredCall[] = [];
  for (const each of followers) {
    if (!isSum(each)) {
      waiting.push(each);
      continue;
    }
    if (waiting.length > 0) yield waiting;
    yield each;
    waiting = [];
  }
  if (waiting.length > 0) yield waiting;
}

/** Where a call puts its sum over the rows, as one line; undefined where it has none. */
function sumIn({ wise }: RowWiseCall): BufferView | undefined {
  const out = wise.sums[0]?.out;
  return out && { ...out, shape: [numel(out.shape)], strides: [1] };
}

/**
 * The calls of a run, chunk of rows by chunk, as tasks, and what follows them. The calls as they are where chunks make them no faster: neither
 * by threads, nor by lines, nor by caches.
 *
 * @param tileWaiting for calls that waited, among which there may be other runs
 */
function tiled(
  run: Run,
  isInner: (buffer: Buffer) => boolean,
  options: TileOptions,
  tileWaiting: (calls: readonly LoweredCall[]) => readonly (LoweredCall | SharedTasks)[],
): readonly (LoweredCall | SharedTasks)[] {
  const { rows, chunk, chunks, joined, followers } = run;
  const count = Math.min(options.tasks, chunks);
  const partials = new Map<RowSum, PartialSums>();
  for (const { wise } of joined) {
    for (const sum of wise.sums) partials.set(sum, new PartialSums(sum, options.createBuffer));
  }
  const inner = new Map<Buffer, BufferView>();
  for (const { wise } of joined) {
    for (const matrix of wise.rows) if (isInner(matrix.storage)) inner.set(matrix.storage, matrix);
  }
  const widthOf = (buffer: Buffer): number | undefined => {
    const matrix = inner.get(buffer);
    return matrix && rowBytes(matrix, rows);
  };
  const calls = joined.map(({ call }) => call);
  const lineOptions = { rows, chunk, width: options.lineWidth, isInner };
  const areLines = suitLines(joined, lineOptions);
  const bytes = [...inner.keys()].reduce((sum, buffer) => sum + rows * widthOf(buffer)!, 0);
  const isTiled = run.isWorthwhile && (options.tasks > 1 || bytes >= MIN_BYTES);
  if (!areLines && !isTiled) return run.all;
  const tasks = Array.from({ length: count }, (_, task) => {
    // Rows that no other call reads are kept of one chunk at a time.
    const moved = planMemory(calls, widthOf, new Buffers(options.createBuffer));
    const partOf = ({ wise }: RowWiseCall, part: Rows, index: number): PlainCall => {
      const call = wise.part(
        part,
        wise.sums.map((sum) => partials.get(sum)!.of(index)),
      );
      const move = (place: BufferView): BufferView => {
        const storage = moved.get(place.storage);
        if (storage === undefined) return place;
        const { offset } = rowsOf(inner.get(place.storage)!, rows, part);
        return { ...place, storage, offset: place.offset - offset };
      };
      const inputs = call.inputs.map((input) => (isBufferView(input) ? move(input) : input));
      return { ...call, outputs: call.outputs.map(move), inputs } as PlainCall;
    };
    const lines = areLines
      ? new Lines(lineOptions, (buffer) => moved.get(buffer), options.createBuffer)
      : undefined;
    const last = Math.floor((chunks * (task + 1)) / count);
    const list: SharedTasks['tasks'][number][number][] = [];
    for (let index = Math.floor((chunks * task) / count); index < last; index++) {
      const first = index * chunk;
      const part = { first, count: Math.min(chunk, rows - first) };
      const sumOf = (each: RowWiseCall): BufferView | undefined =>
        chunks > 1 ? each.wise.sums.map((sum) => partials.get(sum)!.of(index))[0] : sumIn(each);
      const parts = lines?.of(joined, part, sumOf) ?? joined.map((each) => partOf(each, part, index));
      list.push(...options.optimize([...parts]));
    }
    return list;
  });
  return [
    { kind: 'sharedTasks', tasks },
    ...[...inParts(followers)].flatMap((part) =>
      'sum' in part ? [...partials.get(part.sum)!.added(part.joined.call, chunks)] : tileWaiting(part),
    ),
  ];
}

/** Hands out buffers, and those that are free again first. */
class Buffers {
  readonly #free = new Map<number, Buffer[]>();
  readonly #bytes = new Map<Buffer, number>();
  readonly #create: () => Buffer;

  constructor(create: () => Buffer) {
    this.#create = create;
  }

  allocate(byteLength: number): Buffer {
    const buffer = this.#free.get(byteLength)?.pop() ?? this.#create();
    this.#bytes.set(buffer, byteLength);
    return buffer;
  }

  free(buffer: Buffer): void {
    const byteLength = this.#bytes.get(buffer)!;
    this.#free.set(byteLength, [...(this.#free.get(byteLength) ?? []), buffer]);
  }
}

/**
 * Has runs of calls that do the same with each row done chunk of rows by chunk, so that what passes between them stays in a cache, and the
 * chunks shared by threads all at once. Every element sees the same operations in the same order: sums over rows are sums of chunks
 * anyhow.
 */
export function tileRows(
  calls: readonly LoweredCall[],
  options: TileOptions,
): readonly (LoweredCall | SharedTasks)[] {
  const items: (LoweredCall | Run)[] = [];
  let open: Run | undefined;
  for (const call of calls) {
    if (open?.join(call)) continue;
    const next = runFrom(call, options, open);
    if (next !== undefined) {
      open = next;
      items.push(next);
    } else if (open !== undefined) open.wait(call);
    else items.push(call);
  }
  const users = new Map<Buffer, Set<LoweredCall | Run>>();
  const use = ({ outputs, inputs }: LoweredCall, by: LoweredCall | Run): void => {
    for (const operand of [...outputs, ...inputs]) {
      if (!isBufferView(operand)) continue;
      const { storage } = operand;
      users.set(storage, (users.get(storage) ?? new Set()).add(by));
    }
  };
  for (const item of items) {
    if (!(item instanceof Run)) {
      use(item, item);
      continue;
    }
    for (const { call } of item.joined) use(call, item);
    for (const each of item.followers) if (!isSum(each)) use(each, each);
  }
  const tileWaiting = (waiting: readonly LoweredCall[]): readonly (LoweredCall | SharedTasks)[] => {
    const own = new Set<LoweredCall | Run>(waiting);
    const isSeen = (buffer: Buffer): boolean => [...users.get(buffer)!].some((user) => !own.has(user));
    return tileRows(waiting, {
      ...options,
      outlives: (buffer) => options.outlives(buffer) || isSeen(buffer),
    });
  };
  return items.flatMap((item) => {
    if (!(item instanceof Run)) return [item];
    if (!item.hasCalls) return item.all;
    const isInner = (buffer: Buffer): boolean =>
      item.writes(buffer) && users.get(buffer)!.size === 1 && !options.outlives(buffer);
    return tiled(item, isInner, options, tileWaiting);
  });
}
