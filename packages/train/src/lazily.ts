/**
 * A value that is made when it is first asked for: a schema, of which a program that parses no document needs none. All of an
 * experiment's take longer to make than the rest of the package takes to load.
 */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
