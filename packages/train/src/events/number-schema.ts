import * as z from 'zod';
import { type JsonNumber, NON_FINITE } from './json-number.ts';

/** Typed by hand: TypeScript 7.0 writes the key `-Infinity` of the inferred type into declarations as `[-Infinity]`, which it refuses. */
type NumberSchema = z.ZodType<number, JsonNumber>;

/** A number as `toJson` writes it. */
export const jsonNumber: NumberSchema = z.union([z.number(), z.enum(NON_FINITE).transform(Number)]);

/** Numbers in a list. */
export const jsonNumbers = withShortcut(z.array(jsonNumber));

/** Takes a list of plain numbers, which most are, as it is: Zod makes an object for each element. */
function withShortcut(list: z.ZodArray<NumberSchema>): z.ZodArray<NumberSchema> {
  const { run } = list._zod;
  list._zod.run = (payload, context) => (isPlain(payload.value) ? payload : run(payload, context));
  return list;
}

function isPlain(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  for (const element of value) if (!Number.isFinite(element)) return false;
  return true;
}
