import { dropUnread } from '../improve/drop-unread.ts';
import { callsOf, fusePointwise, type ImprovedCall, type PointwiseCall } from '../improve/fuse-pointwise.ts';
import { type Buffer, extentOf, isDense, isPlace } from '../improve/memory-use.ts';
import { lifetimesOf, planBuffers } from '../improve/plan-buffers.ts';
import type { Place, PlacedCall } from '../placed-call.ts';
import type { ChainBlock } from './encode-chain.ts';
import { type Block, Memory } from './memory.ts';

/** What a chain can hold (`kChainCalls`, `kChainOperands` in native/src/chain.cpp). */
const LIMITS = { mostCalls: 32, mostOperands: 64 };

/** Elements of a block of a chain (`kTile`). Where all fit into one, results between the calls just have memory. */
export const CHAIN_BLOCK = 512;

/** Results between calls of a chain that need no memory beyond a block each (`kChainTemporaries`). */
export const CHAIN_TEMPORARIES = 16;

const isFloat = (place: Place): boolean => place.dtype === 'float32' || place.dtype === 'float64';
const isScalar = ({ shape }: Place): boolean => shape.every((size) => size === 1);

/** Whether the library has loops for the call as it is: no operand needs converting first. */
function accepts(call: PointwiseCall): boolean {
  const [output] = call.outputs as readonly [Place];
  const places = call.inputs.filter(isPlace);
  const [first] = places;
  const isSpread = (operand: Place | number | undefined): boolean =>
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
        choices.every((choice) => !isPlace(choice) || choice.dtype === output.dtype)
      );
    }
  }
}

/** Results that one chain of several blocks makes and nobody else reads, each with the scratch memory that it has in turn. */
function* scratchOf(
  calls: readonly ImprovedCall[],
  outlives: (buffer: Buffer) => boolean,
): Generator<[Buffer, Buffer]> {
  const lifetimes = lifetimesOf(calls);
  for (const chain of calls) {
    if (chain.kind !== 'chain' || chain.count <= CHAIN_BLOCK) continue;
    const isInner = (buffer: Buffer): boolean => {
      const { first, last } = lifetimes.get(buffer)!;
      return first === last && !outlives(buffer);
    };
    const free = Array.from({ length: CHAIN_TEMPORARIES }, (_, i) => i);
    const pool = {
      allocate: () => free.shift(),
      free: (n: number | undefined) => n !== undefined && free.push(n),
    };
    for (const [buffer, scratch] of planBuffers(
      chain.calls,
      (buffer) => (isInner(buffer) ? 0 : undefined),
      pool,
    )) {
      if (scratch !== undefined) yield [buffer, { handle: { scratch } satisfies ChainBlock }];
    }
  }
}

/** The same calls, to the last bit, in less time and memory. Buffers that do not outlive them get memory anew. */
export function improve(
  calls: readonly PlacedCall[],
  outlives: (buffer: Buffer) => boolean,
  addressOf: (bytes: Uint8Array) => number,
): readonly ImprovedCall[] {
  const fused = fusePointwise(dropUnread(calls, outlives), { accepts, outlives, ...LIMITS });
  const moved = new Map<Buffer, Buffer>(scratchOf(fused, outlives));
  const sizes = new Map<Buffer, number>();
  for (const { outputs, inputs } of fused.flatMap(callsOf)) {
    for (const operand of [...outputs, ...inputs]) {
      if (!isPlace(operand) || outlives(operand.storage) || moved.has(operand.storage)) continue;
      sizes.set(operand.storage, Math.max(sizes.get(operand.storage) ?? 0, extentOf(operand).end));
    }
  }
  const memory = planBuffers(fused, (buffer) => sizes.get(buffer), new Memory(addressOf));
  for (const [buffer, block] of memory) moved.set(buffer, { handle: block satisfies Block });
  const movePlace = (place: Place): Place => ({
    ...place,
    storage: moved.get(place.storage) ?? place.storage,
  });
  const move = <C extends PlacedCall>(call: C): C => ({
    ...call,
    outputs: call.outputs.map(movePlace),
    inputs: call.inputs.map((input) => (isPlace(input) ? movePlace(input) : input)),
  });
  return fused.map(
    (call): ImprovedCall =>
      call.kind === 'chain' ? { ...call, calls: call.calls.map((each) => move(each)) } : move(call),
  );
}
