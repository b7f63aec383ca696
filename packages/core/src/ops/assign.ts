import type { Operand, View } from '../backend/backend.ts';
import { allocate, broadcast, copyInto, isView } from './launch.ts';
import type { None, Op } from './op.ts';

/** The second input in the first one's shape and dtype; what `copy_`, `fill_` and `zero_` write. */
export const assign: Op<None> = {
  name: 'copy',
  numbers: true,
  forward: (inputs, _attributes, out) => {
    const [target, source] = inputs as [View, Operand];
    const destination = out ?? allocate(target.storage.backend, target.dtype, target.shape);
    return copyInto(destination, isView(source) ? broadcast(source, target.shape) : source);
  },
  gradient: (grad) => [undefined, grad],
};
