/**
 * Gives a class the methods of others, so that a class of many methods needs no tower of base classes: its prototype holds them all.
 * Beside it, an interface of the same name extends the others, for the compiler.
 */
export function install(
  target: { readonly prototype: object },
  groups: readonly { readonly prototype: object }[],
): void {
  for (const { prototype } of groups) {
    for (const [name, method] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (name === 'constructor') continue;
      if (Object.hasOwn(target.prototype, name)) throw new TypeError(`expected one method ${name}, got two`);
      Object.defineProperty(target.prototype, name, method);
    }
  }
}
