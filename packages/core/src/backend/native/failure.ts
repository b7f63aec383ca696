import { KindlingError, ShapeError } from '../../errors.ts';
import { checkCall } from '../check-call.ts';
import { isDeclared, type PlainCall } from '../passes/optimized-call.ts';
import { rangeError } from '../range-error.ts';
import type { Library } from './library.ts';

/** What the library answers, as in native/src/call.h. */
export const status = { done: 0, index: 1, rank: 2, range: 5, malformed: 6, foreign: 7 } as const;

/** Throws what a call's status stands for. */
export function failCall(call: PlainCall, code: number, library: Library): never {
  if (code === status.index && 'name' in call.attributes) {
    const { name, length } = call.attributes;
    throw new ShapeError(`${name}: expected indices in [0, ${length - 1}], got ${library.failedIndex()}`);
  }
  if (code === status.range && call.kind === 'assertRange') {
    throw rangeError(call.attributes, library.failedValue(), library.failedIndex());
  }
  if (code === status.rank) {
    const rank = call.outputs[0]!.shape.length;
    throw new ShapeError(
      `${call.kind}: expected a layout of at most 12 axes after merging, got ${rank} axes`,
    );
  }
  if (code === status.malformed) {
    if (isDeclared(call)) checkCall(call);
    throw new KindlingError(`${call.kind}: expected a call that the engine supports, got another one`);
  }
  if (code === status.foreign) {
    throw new KindlingError(
      `${call.kind}: expected the message-passing library to succeed, got its error ${library.failedValue()}`,
    );
  }
  const dtypes = [...call.outputs, ...call.inputs].map((x) => (typeof x === 'number' ? 'number' : x.dtype));
  throw new KindlingError(`${call.kind}: the engine has no kernel for ${dtypes.join(', ')}`);
}
