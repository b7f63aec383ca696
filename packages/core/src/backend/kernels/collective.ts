import { dense, kernel, size } from './declaration.ts';

/**
 * x ← the reduction of x over the processes of a group, in place. `reduction` is the number of a function that was registered with the
 * engine ({@link Backend.registerReduction}), for elements of the dtype of x. On a GPU it may be any operation of a group in place
 * ({@link StreamCollective}).
 */
export const allReduce = kernel({
  optional: true,
  mayFail: true,
  collective: true,
  updatesOutputs: true,
  attributes: { count: size(0, 2 ** 31 - 1), reduction: size(0, 2 ** 16) },
  outputs: { x: dense('any', 'count') },
  inputs: {},
});
