import type { AxisLayout } from '../../kernels.ts';
import { powerOfTwo, THREADS } from './launch.ts';

/** How the threads of a block are shared out over the inner axis (x), the middle (y) and the outer one (z), and the blocks of a launch. */
export interface Lanes {
  readonly lanesX: number;
  readonly lanesY: number;
  readonly lanesZ: number;
  readonly blocks: number;
}

/** Elements along the middle axis that a thread takes at least, where there are as many. */
const LEAST_EACH = 4;

/** Threads that read next to each other in memory, and the fewest that read whole sectors of it. */
const COALESCED = 32;
const SECTOR = 8;

/** Blocks below which threads are moved from the inner axis to the middle one, so that lines are done sooner. */
const FEW_BLOCKS = 64;

export function lanesFor({ outer, length, inner }: AxisLayout): Lanes {
  const along = Math.min(powerOfTwo(Math.ceil(length / LEAST_EACH)), THREADS);
  let lanesX = Math.min(powerOfTwo(inner), Math.max(COALESCED, THREADS / along));
  let lanesY = Math.min(along, THREADS / lanesX);
  while (lanesX > SECTOR && lanesY < along && Math.ceil(inner / lanesX) * outer < FEW_BLOCKS) {
    lanesX /= 2;
    lanesY *= 2;
  }
  const lanesZ = THREADS / (lanesX * lanesY);
  return { lanesX, lanesY, lanesZ, blocks: Math.ceil(inner / lanesX) * Math.ceil(outer / lanesZ) };
}

/** Lanes over a row, for kernels on rows alone, and the blocks that all rows take. */
export function rowLanes(rows: number, length: number): { lanes: number; blocks: number } {
  const { lanesY, blocks } = lanesFor({ outer: rows, length, inner: 1 });
  return { lanes: lanesY, blocks };
}

/** Blocks that a multiprocessor should have to work on. */
const BLOCKS_EACH = 2;

/** Elements of a split that a thread takes at least: fewer are taken sooner than a second launch puts them together. */
const LEAST_OF_SPLIT = 32;

/** Parts that a long axis is cut into so that all multiprocessors have work: 1 where lines are many, or short. */
export function splitsFor(blocks: number, length: number, lanesY: number, multiprocessors: number): number {
  const wanted = Math.ceil((BLOCKS_EACH * multiprocessors) / blocks);
  const most = Math.floor(length / (lanesY * LEAST_OF_SPLIT));
  return Math.max(1, Math.min(wanted, most, 1024));
}
