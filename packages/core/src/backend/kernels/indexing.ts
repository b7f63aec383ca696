import { dense, kernel, number, size, text } from './declaration.ts';

/** `[outer, length, inner]`, and the number of positions picked along its middle axis: `[outer, count, inner]`. */
const pick = {
  outer: size(),
  length: size(),
  inner: size(),
  count: size(),
  /** The operation that an index out of range is reported for. */
  name: text,
} as const;

/** out ← input[:, index, :]. */
export const indexSelect = kernel({
  mayFail: true,
  attributes: pick,
  outputs: { out: dense('any', 'outer', 'count', 'inner') },
  inputs: { input: dense('any', 'outer', 'length', 'inner'), index: dense(['int32'], 'count') },
});

/** out[:, index, :] += source. */
export const indexAdd = kernel({
  mayFail: true,
  updatesOutputs: true,
  attributes: pick,
  outputs: { out: dense('any', 'outer', 'length', 'inner') },
  inputs: { source: dense('any', 'outer', 'count', 'inner'), index: dense(['int32'], 'count') },
});

/** out ← input at index along the middle axis. */
export const gather = kernel({
  mayFail: true,
  attributes: pick,
  outputs: { out: dense('any', 'outer', 'count', 'inner') },
  inputs: {
    input: dense('any', 'outer', 'length', 'inner'),
    index: dense(['int32'], 'outer', 'count', 'inner'),
  },
});

/** out at index += source. */
export const scatterAdd = kernel({
  mayFail: true,
  updatesOutputs: true,
  attributes: pick,
  outputs: { out: dense('any', 'outer', 'length', 'inner') },
  inputs: {
    source: dense('any', 'outer', 'count', 'inner'),
    index: dense(['int32'], 'outer', 'count', 'inner'),
  },
});

/**
 * Fails unless every element of a contiguous input is in a range, with the message `${expected}, got 7 at element 3${rest}`. An
 * asynchronous engine may fail at the next read.
 */
export const assertRange = kernel({
  mayFail: true,
  elements: 'input',
  attributes: {
    low: number,
    high: number,
    /** A value that passes besides; NaN for none. NaN elements pass. */
    except: number,
    expected: text,
    rest: text,
  },
  outputs: {},
  inputs: { input: dense('any', 'elements') },
});
