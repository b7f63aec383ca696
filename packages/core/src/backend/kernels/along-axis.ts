import { dense, flag, kernel, op, size } from './declaration.ts';
import { reduceOps } from './op-lists.ts';

/** A tensor seen as three axes, the middle one being worked along: `[outer, length, inner]`, contiguous. */
const axis = { outer: size(), length: size(), inner: size() } as const;

/** The same where nothing has no result. */
const filledAxis = { outer: size(), length: size(1), inner: size() } as const;

/** Positions that an int32 holds. */
const MAX_POSITIONS = 2 ** 31;

/** out ← op over the middle axis of input. `any` and `all` write bool. */
export const reduce = kernel({
  attributes: { ...filledAxis, op: op('reduce', reduceOps) },
  outputs: { out: dense('result', 'outer', 'inner') },
  inputs: { input: dense('any', 'outer', 'length', 'inner') },
});

/** out ← position of the first largest or smallest; NaN wins. */
export const argReduce = kernel({
  attributes: { ...filledAxis, length: size(1, MAX_POSITIONS), op: op('reduce', ['max', 'min']) },
  outputs: { out: dense(['int32'], 'outer', 'inner') },
  inputs: { input: dense('any', 'outer', 'length', 'inner') },
});

/** out ← running sum along the middle axis. */
export const cumsum = kernel({
  attributes: axis,
  outputs: { out: dense('any', 'outer', 'length', 'inner') },
  inputs: { input: dense('any', 'outer', 'length', 'inner') },
});

/** out ← positions that sort the middle axis stably; NaN counts as the largest. */
export const argsort = kernel({
  attributes: { ...axis, length: size(0, MAX_POSITIONS), descending: flag },
  outputs: { out: dense(['int32'], 'outer', 'length', 'inner') },
  inputs: { input: dense('any', 'outer', 'length', 'inner') },
});

/** out ← eˣ / Σ eˣ along the middle axis, or its logarithm, computed from x − max x. */
export const softmax = kernel({
  optional: true,
  attributes: { ...filledAxis, log: flag },
  outputs: { out: dense('float', 'outer', 'length', 'inner') },
  inputs: { input: dense('float', 'outer', 'length', 'inner') },
});

/** out ← ∂L/∂x, with `grad` ∂L/∂y and `y` the output of softmax: y(g − Σ g·y), or for the logarithm g − eʸ · Σ g. */
export const softmaxBackward = kernel({
  optional: true,
  attributes: { ...filledAxis, log: flag },
  outputs: { out: dense('float', 'outer', 'length', 'inner') },
  inputs: {
    grad: dense('float', 'outer', 'length', 'inner'),
    y: dense('float', 'outer', 'length', 'inner'),
  },
});
