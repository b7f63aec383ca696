/**
 * Reads attributes of one kind of call into an array, in the order of their names. Attributes that stand in that order, as operations
 * write them, are walked, which engines of JavaScript do faster than they look up names that change from kind to kind.
 */
export class AttributeReader {
  readonly #names: readonly string[];

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** Puts the value of each name at its position in `values`; undefined for one that is missing. */
  read(attributes: object, values: unknown[]): void {
    const names = this.#names;
    const given = attributes as { readonly [name: string]: unknown };
    let i = 0;
    for (const name in given) {
      if (name !== names[i]) break;
      values[i++] = given[name];
    }
    for (; i < names.length; i++) values[i] = given[names[i]!];
  }
}
