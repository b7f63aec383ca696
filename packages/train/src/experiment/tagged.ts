import * as z from 'zod';
import type { Descriptor } from '../descriptor.ts';
import { optionOnDemand } from './option-on-demand.ts';

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

/** The schema of what a descriptor declares: the options beside its name. */
type SchemaOf<D> =
  D extends Descriptor<infer N, infer S> ? z.ZodObject<{ type: z.ZodLiteral<N> } & S, z.core.$strict> : never;

const schemaOf = ({ type, description, options }: Descriptor) => {
  const schema = z.strictObject({ type: z.literal(type), ...options() });
  return description === undefined ? schema : schema.describe(description);
};

/**
 * One of several kinds of object, told apart by `type`. A name alone is short for an object with that type and nothing else:
 * `"adam"` for `{ "type": "adam" }`.
 */
export function taggedBy<const T extends readonly [Descriptor, ...Descriptor[]]>(descriptors: T) {
  type Options = { readonly [K in keyof T]: SchemaOf<T[K]> };
  const options: readonly z.ZodType[] = descriptors.map((descriptor) =>
    optionOnDemand('type', descriptor.type, () => schemaOf(descriptor)),
  );
  const union = z.discriminatedUnion('type', options as Options & readonly [Option, ...Option[]]);
  const expand = z.transform((value: z.input<typeof union> | BareName<Options[number]>) => expandName(value));
  const schema = z.pipe(expand, union);
  // The first parse compiles a schema, which takes time that only the JSON Schema needs.
  const names = () => descriptors.map(({ type }) => type).filter((type) => union.safeParse({ type }).success);
  return schema.register(shorthands, { names });
}
