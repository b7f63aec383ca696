import * as z from 'zod';

/** A number; NaN and infinities may come as their names, since JSON has none. */
export const number = z.union([
  z.number(),
  z.nan(),
  z.literal(Number.POSITIVE_INFINITY),
  z.literal(Number.NEGATIVE_INFINITY),
  z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number),
]);
