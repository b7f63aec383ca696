import * as z from 'zod';
import { type JsonNumber, NON_FINITE } from './json-number.ts';

/** Typed by hand: TypeScript 7.0 writes the key `-Infinity` of the inferred type into declarations as `[-Infinity]`, which it refuses. */
type NumberSchema = z.ZodType<number, JsonNumber>;

/** A number as `toJson` writes it. */
export const jsonNumber: NumberSchema = z.union([z.number(), z.enum(NON_FINITE).transform(Number)]);
