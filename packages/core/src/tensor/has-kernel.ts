import type { FusedKind } from '../backend/kernels.ts';
import { isFloat } from '../dtype.ts';
import type { Tensor } from '../tensor.ts';

/** Whether the engine has a fused kernel for a tensor of floats and others, which must share its dtype and device. */
export function hasKernel(x: Tensor, kind: FusedKind, ...others: (Tensor | undefined)[]): boolean {
  const { backend } = x.storage;
  const alike = (other: Tensor | undefined): boolean =>
    other === undefined || (other.dtype === x.dtype && other.storage.backend === backend);
  return backend.supports(kind) && isFloat(x.dtype) && others.every(alike);
}
