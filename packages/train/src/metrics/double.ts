import type { Tensor } from '@kindling/core';

/** The elements in float64, on the CPU where their device has no float64. */
export const inDouble = (x: Tensor): Tensor =>
  (x.storage.backend.unsupportedDTypes?.includes('float64') ? x.to('cpu') : x).to('float64');
