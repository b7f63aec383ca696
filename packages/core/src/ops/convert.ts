import type { Backend, View } from '../backend/backend.ts';
import { type DType, dtypes } from '../dtype.ts';
import { numel } from '../shape.ts';
import { allocate, contiguous, copyInto, discard } from './launch.ts';
import type { None, Op } from './op.ts';

/** The elements in another dtype, copied. */
export const convert: Op<{ readonly dtype: DType }> = {
  name: 'to',
  forward: ([input], { dtype }) => {
    const view = input as View;
    return copyInto(allocate(view.storage.backend, dtype, view.shape), view);
  },
  gradient: (grad) => [grad],
};

/** A contiguous copy. */
export const clone: Op<None> = {
  name: 'clone',
  forward: ([input]) => {
    const view = input as View;
    return copyInto(allocate(view.storage.backend, view.dtype, view.shape), view);
  },
  gradient: (grad) => [grad],
};

/** A copy in another backend's memory, through the host. */
export const transfer: Op<{ readonly from: Backend; readonly to: Backend }> = {
  name: 'to',
  forward: ([input], { to }) => {
    const view = input as View;
    const source = contiguous(view);
    const bytes = new Uint8Array(numel(view.shape) * dtypes[view.dtype].bytes);
    source.storage.backend.read(source.storage.handle, source.offset * dtypes[view.dtype].bytes, bytes);
    discard(source, view);
    const out = allocate(to, view.dtype, view.shape);
    to.write(out.storage.handle, 0, bytes);
    return out;
  },
  gradient: (grad, { attributes: { from } }) => [grad.toBackend(from)],
};
