import type { z } from 'zod';

/** Zod as it is handed to a descriptor: whoever uses a loss without experiments loads none. */
export type Zod = typeof z;

/** A thing that experiment files name: a loss, a layer, an optimizer, a schedule. */
export interface Descriptor<
  N extends string = string,
  S extends z.core.$ZodLooseShape = z.core.$ZodLooseShape,
> {
  /** The name in experiment files. */
  readonly type: N;
  /** One line, for editors and `kindling experiment`. */
  readonly description?: string;
  /** The schemas of its options, with their defaults. */
  options(schema: Zod): S;
}

/** The options of a descriptor, with every default filled in. */
export type OptionsOf<S extends z.core.$ZodLooseShape> = z.output<z.ZodObject<S, z.core.$strict>>;

type Named = { readonly type: string };

/** The members of a list by their names. */
export type ByType<T extends readonly Named[]> = { readonly [D in T[number] as D['type']]: D };

/** The members of a list by their names. */
export const byType = <const T extends readonly Named[]>(list: T): ByType<T> =>
  Object.fromEntries(list.map((member) => [member.type, member])) as ByType<T>;
