import type { DType } from '@kindling/core';
import type { Reduction } from '../communicator.ts';

/** ncclDataType_t, and the bytes of an element. */
export const datatypes: { readonly [D in DType]: { readonly code: number; readonly bytes: number } } = {
  uint8: { code: 1, bytes: 1 },
  bool: { code: 1, bytes: 1 },
  int32: { code: 2, bytes: 4 },
  float32: { code: 7, bytes: 4 },
  float64: { code: 8, bytes: 8 },
};

/** ncclRedOp_t. */
export const ops: { readonly [R in Reduction]: number } = { sum: 0, product: 1, max: 2, min: 3 };

/** ncclResult_t values that are told apart. */
export const results = { success: 0, inProgress: 7 } as const;

/** Bytes of an ncclUniqueId. */
export const UNIQUE_ID_BYTES = 128;
