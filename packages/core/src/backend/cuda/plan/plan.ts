import type { Feature } from '../../kernels.ts';
import type { Place, PlacedCall } from '../../placed-call.ts';

export interface Launch {
  /** File in cuda/ptx without extension. */
  readonly module: string;
  readonly entry: string;
  readonly grid: readonly [number, number, number];
  readonly block: readonly [number, number, number];
  /** Dynamic shared memory. */
  readonly sharedBytes: number;
  /** The one structure, laid out as C lays it out. */
  readonly parameters: Uint8Array;
}

export interface PlanContext {
  readonly multiprocessors: number;
  /** 75, 80, 90. */
  readonly computeCapability: number;
  /** `high` allows TF32 tensor cores. */
  readonly float32Precision: 'highest' | 'high';
  /** Device address of a place's first element. */
  address(place: Place): bigint;
  /** Device memory that is the call's own until its last launch is done. */
  scratch(byteLength: number): bigint;
  readonly errorCell: bigint;
  /** What the error cell calls this call by. */
  readonly ordinal: number;
}

/** The launches that do a call, in order; undefined where no kernel exists. */
export function plan(_call: PlacedCall, _context: PlanContext): readonly Launch[] | undefined {
  return undefined;
}

export const supported = (_feature: Feature): boolean => false;
