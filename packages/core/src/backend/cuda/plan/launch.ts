import { type DType, dtypes } from '../../../dtype.ts';
import type { BufferView } from '../../lowered-call.ts';

/** One kernel launch, ready for the driver. */
export interface Launch {
  /** The file in cuda/ptx, without its extension. */
  readonly module: string;
  readonly entry: string;
  readonly grid: readonly [number, number, number];
  readonly block: readonly [number, number, number];
  /** Dynamic shared memory. */
  readonly sharedBytes: number;
  /** The structure that is the kernel's only parameter. */
  readonly parameters: Uint8Array;
}

/** The GPU that launches are planned for, and the memory that they work on. */
export interface PlanContext {
  readonly multiprocessors: number;
  /** 75, 80, 90. */
  readonly computeCapability: number;
  /** `high` allows TF32 tensor cores. */
  readonly float32Precision: 'highest' | 'high';
  /** The device address of a place's first element. */
  address(place: BufferView): bigint;
  /** Device memory that is the call's own until its last launch is done. */
  scratch(byteLength: number): bigint;
  /** The device address of the cell that kernels report errors in. */
  readonly errorCell: bigint;
  /** The number that a report names this call by. */
  readonly ordinal: number;
}

/** What dtypes are called in the names of kernels. */
export const suffixes: { readonly [D in DType]: 'u8' | 'i32' | 'f32' | 'f64' } = {
  bool: 'u8',
  uint8: 'u8',
  int32: 'i32',
  float32: 'f32',
  float64: 'f64',
};

/** Codes of dtypes in structures. */
export const dtypeCodes = Object.fromEntries(Object.keys(dtypes).map((name, code) => [name, code])) as {
  readonly [D in DType]: number;
};

/** A launch of a row of blocks, or several rows of them. */
export function launch(
  module: string,
  entry: string,
  blocks: number | readonly [number, number, number],
  threads: number,
  parameters: Uint8Array,
): Launch {
  const grid = typeof blocks === 'number' ? ([blocks, 1, 1] as const) : blocks;
  return { module, entry, grid, block: [threads, 1, 1], sharedBytes: 0, parameters };
}

/** Threads of a block in every kernel but the matrix products. */
export const THREADS = 256;

export const blocksFor = (count: number, perBlock = THREADS): number => Math.ceil(count / perBlock);

/** The least power of two that is not less than x. */
export const powerOfTwo = (x: number): number => 2 ** Math.ceil(Math.log2(Math.max(x, 1)));

export const isAligned = (address: bigint, bytes: number): boolean => Number(address & 0xfffn) % bytes === 0;
