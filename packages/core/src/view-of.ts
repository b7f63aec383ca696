import type { View } from './backend/backend.ts';
import type { Tensor } from './tensor.ts';

/** Where a tensor's elements stand: another one once `set_` or a move has given it other memory. */
export const viewOf = (tensor: Tensor): View => tensor.strided;
