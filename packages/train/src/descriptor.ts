import type { z } from 'zod';

type Shape = z.core.$ZodLooseShape;

/**
 * What experiments have to know of a thing that they name: a loss, a layer, an optimizer, a schedule. Descriptors stand apart from what
 * they describe, so that an experiment can be checked where no engine is.
 */
export interface Descriptor<N extends string = string, S extends Shape = Shape> {
  /** The name in experiment files. */
  readonly type: N;
  /** One line, for editors and `kindling experiment`. */
  readonly description?: string;
  /** The schemas of its options, with their defaults. They are made when a document is parsed. */
  readonly options: () => S;
}

/** The options of a descriptor, with every default filled in. */
export type OptionsOf<O extends (...args: never[]) => Shape> = z.output<
  z.ZodObject<ReturnType<O>, z.core.$strict>
>;

type Named = { readonly type: string };

/** The members of a list by their names. */
export const byType = <const T extends readonly Named[]>(list: T) =>
  Object.fromEntries(list.map((member) => [member.type, member])) as {
    readonly [D in T[number] as D['type']]: D;
  };
