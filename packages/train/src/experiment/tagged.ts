import * as z from 'zod';
import type { Descriptor } from '../descriptor.ts';

type Option = z.ZodObject<{ type: z.ZodLiteral<string> }>;

/** The types of the options that need no other key. */
type BareName<O extends Option> = O extends unknown
  ? { type: z.input<O>['type'] } extends z.input<O>
    ? z.input<O>['type']
    : never
  : never;

/** What a name alone may stand for, by schema; the JSON Schema lists these names. */
export const shorthands = z.registry<{ readonly names: () => readonly string[] }>();

/** `"adam"` written out: `{ "type": "adam" }`. Anything but a string stays as it is. */
export const expandName = (value: unknown): unknown => (typeof value === 'string' ? { type: value } : value);

/**
 * One of several kinds of object, told apart by `type`. A name alone is short for an object with that type and nothing else:
 * `"adam"` for `{ "type": "adam" }`.
 */
export function tagged<const T extends readonly [Option, ...Option[]]>(options: T) {
  const union = z.discriminatedUnion('type', options);
  const expand = z.transform((value: z.input<typeof union> | BareName<T[number]>) => expandName(value));
  const schema = z.pipe(expand, union);
  // The first parse compiles a schema, which takes time that only the JSON Schema needs.
  const names = () =>
    options.map((option) => option.shape.type.value).filter((type) => union.safeParse({ type }).success);
  return schema.register(shorthands, { names });
}

/** The schema of what a descriptor declares. */
type SchemaOf<D> =
  D extends Descriptor<infer N, infer S> ? z.ZodObject<{ type: z.ZodLiteral<N> } & S, z.core.$strict> : never;

/** {@link tagged} by descriptors: the options of each beside its name. */
export function taggedBy<const T extends readonly [Descriptor, ...Descriptor[]]>(descriptors: T) {
  const schemas = descriptors.map((descriptor) => {
    const schema = z.strictObject({ type: z.literal(descriptor.type), ...descriptor.options() });
    return descriptor.description === undefined ? schema : schema.describe(descriptor.description);
  });
  return tagged(schemas as { readonly [K in keyof T]: SchemaOf<T[K]> });
}
