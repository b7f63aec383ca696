import type { BufferView, LoweredCall } from '../lowered-call.ts';
import { eliminateDeadStores } from '../passes/eliminate-dead-stores.ts';
import { type FuseOptions, fusePointwise } from '../passes/fuse-pointwise.ts';
import { type Buffer, extentOf, isBufferView, isDense } from '../passes/memory-use.ts';
import {
  callsOf,
  type FusedPointwise,
  type OptimizedCall,
  type PlainCall,
  type PointwiseCall,
  type SharedTasks,
} from '../passes/optimized-call.ts';
import { lifetimesOf, planMemory } from '../passes/plan-memory.ts';
import { type TileOptions, tileRows } from '../passes/tile-rows.ts';
import type { ScratchBlock } from './encode-fused.ts';
import { factorsUntilSteps } from './inline-products.ts';
import { type Block, type Heap, Memory } from './memory.ts';

/** What a fused call can hold (`kMaxCalls`, `kMaxOperands` in native/src/fused-pointwise.cpp). */
const LIMITS = { maxCalls: 32, maxOperands: 64 };

/** Elements of a block of a fused call (`kTile`). Where all fit into one, results between the calls just have memory. */
export const FUSED_BLOCK = 512;

/** Results between fused calls that need no memory beyond a block each (`kMaxTemporaries`). */
export const FUSED_TEMPORARIES = 16;

const isFloat = (place: BufferView): boolean => place.dtype === 'float32' || place.dtype === 'float64';
const isScalar = ({ shape }: BufferView): boolean => shape.every((size) => size === 1);

/** Whether the library has loops for the call as it is: no operand needs converting first. */
function accepts(call: PointwiseCall): boolean {
  const [output] = call.outputs as readonly [BufferView];
  const places = call.inputs.filter(isBufferView);
  const [first] = places;
  const isSpread = (operand: BufferView | number | undefined): boolean =>
    typeof operand === 'object' && (isScalar(operand) || isDense(operand));
  switch (call.kind) {
    case 'copy':
      return first === undefined || isSpread(first);
    case 'unary':
      return first !== undefined && isSpread(first) && isFloat(first) && output.dtype === first.dtype;
    case 'binary': {
      const isComparison = output.dtype === 'bool';
      const isAlike =
        first !== undefined && isFloat(first) && places.every(({ dtype }) => dtype === first.dtype);
      return isAlike && places.some(isSpread) && (isComparison || output.dtype === first.dtype);
    }
    case 'activationBackward':
      return places.every((place) => isFloat(place) && place.dtype === output.dtype && isSpread(place));
    case 'where': {
      const [condition, ...choices] = call.inputs;
      return (
        typeof condition === 'object' &&
        condition.dtype === 'bool' &&
        isSpread(condition) &&
        isFloat(output) &&
        choices.every((choice) => !isBufferView(choice) || choice.dtype === output.dtype)
      );
    }
  }
}

/** Results that one fused call of several blocks makes and nobody else reads, each with the scratch memory that it has in turn. */
function* scratchOf(
  calls: readonly OptimizedCall[],
  outlives: (buffer: Buffer) => boolean,
): Generator<[Buffer, Buffer]> {
  const lifetimes = lifetimesOf(calls);
  for (const fused of calls) {
    if (fused.kind !== 'fusedPointwise' || fused.count <= FUSED_BLOCK) continue;
    const isInner = (buffer: Buffer): boolean => {
      const { first, last } = lifetimes.get(buffer)!;
      return first === last && !outlives(buffer);
    };
    const free = Array.from({ length: FUSED_TEMPORARIES }, (_, i) => i);
    const pool = {
      allocate: () => free.shift(),
      free: (n: number | undefined) => n !== undefined && free.push(n),
    };
    for (const [buffer, scratch] of planMemory(
      fused.calls,
      (buffer) => (isInner(buffer) ? 0 : undefined),
      pool,
    )) {
      if (scratch !== undefined) yield [buffer, { handle: { scratch } satisfies ScratchBlock }];
    }
  }
}

/** Calls between those that threads share, fused. */
function* fusedAround(
  calls: readonly (LoweredCall | SharedTasks)[],
  options: FuseOptions,
): Generator<OptimizedCall> {
  let between: LoweredCall[] = [];
  for (const call of calls) {
    if (call.kind !== 'sharedTasks') {
      between.push(call);
      continue;
    }
    yield* fusePointwise(between, options);
    yield call;
    between = [];
  }
  yield* fusePointwise(between, options);
}

/** How threads share rows. */
export type RowSharing = Pick<TileOptions, 'chunkOf' | 'lineWidth' | 'tasks'>;

/** The same calls, to the last bit, in less time and memory. Buffers that do not outlive them get memory anew. */
export function optimize(
  calls: readonly LoweredCall[],
  outlives: (buffer: Buffer) => boolean,
  heap: Heap,
  sharing: RowSharing,
): readonly OptimizedCall[] {
  const created = new Set<Buffer>();
  const createBuffer = (): Buffer => {
    const buffer: Buffer = { handle: {} };
    created.add(buffer);
    return buffer;
  };
  const isKept = (buffer: Buffer): boolean => !created.has(buffer) && outlives(buffer);
  const options = { accepts, outlives: isKept, ...LIMITS };
  const fuse = (part: readonly PlainCall[]): readonly (PlainCall | FusedPointwise)[] =>
    fusePointwise(part, options);
  const tiled = tileRows(eliminateDeadStores(calls, outlives), {
    ...sharing,
    outlives,
    createBuffer,
    optimize: fuse,
  });
  const fused = [...fusedAround(tiled, options)];
  const moved = new Map<Buffer, Buffer>(scratchOf(fused, isKept));
  const sizes = new Map<Buffer, number>();
  for (const { outputs, inputs } of fused.flatMap(callsOf)) {
    for (const operand of [...outputs, ...inputs]) {
      if (!isBufferView(operand) || isKept(operand.storage) || moved.has(operand.storage)) continue;
      sizes.set(operand.storage, Math.max(sizes.get(operand.storage) ?? 0, extentOf(operand).end));
    }
  }
  const memory = planMemory(fused, (buffer) => sizes.get(buffer), new Memory(heap), factorsUntilSteps(fused));
  for (const [buffer, block] of memory) {
    block.isVolatile = true;
    moved.set(buffer, { handle: block satisfies Block });
  }
  const moveView = (place: BufferView): BufferView => ({
    ...place,
    storage: moved.get(place.storage) ?? place.storage,
  });
  const move = <C extends PlainCall>(call: C): C => ({
    ...call,
    outputs: call.outputs.map(moveView),
    inputs: call.inputs.map((input) => (isBufferView(input) ? moveView(input) : input)),
  });
  const moveAll = <C extends PlainCall>(call: C | FusedPointwise): C | FusedPointwise =>
    call.kind === 'fusedPointwise'
      ? { ...call, calls: call.calls.map((each) => move(each)) }
      : move(call as C);
  return fused.map(
    (call): OptimizedCall =>
      call.kind === 'sharedTasks'
        ? { ...call, tasks: call.tasks.map((task) => task.map((each) => moveAll(each))) }
        : moveAll<LoweredCall>(call),
  );
}
