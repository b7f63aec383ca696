import { assertSynchronous, type Synchronous } from './synchronous.ts';

/** What a scope can end: anything that frees its memory when disposed of. */
interface Owned {
  dispose(): void;
}

const scopes: Set<Owned>[] = [];

/** Puts a new tensor into the innermost running scope, which will free it. */
export function track(owned: Owned): void {
  scopes.at(-1)?.add(owned);
}

/** Takes a tensor out of its scope for good: a leaf's gradient, an optimizer's state, a cached constant. */
export function keep<T extends Owned>(owned: T): T {
  for (const owners of scopes) owners.delete(owned);
  return owned;
}

/** Hands what a scope returns to the scope around it. */
function promote(value: unknown, inner: Set<Owned>): void {
  if (typeof value !== 'object' || value === null) return;
  if (inner.delete(value as Owned)) track(value as Owned);
  else if (Array.isArray(value)) for (const item of value) promote(item, inner);
  else if (Object.getPrototypeOf(value) === Object.prototype) {
    for (const item of Object.values(value)) promote(item, inner);
  }
}

/**
 * Runs `fn` and frees every tensor made inside it, but for those it returns (alone, in arrays or in plain objects), those
 * handed to `keep`, and what a graph or a view still holds.
 *
 * ```ts
 * const accuracy = scope(() => model.forward(x).argmax(1).eq(y).float().mean().item());
 * ```
 *
 * @throws {ArgumentError} when `fn` returns a promise: its tensors would be freed at its first `await`. Await outside of the scope.
 */
export function scope<T>(fn: () => Synchronous<T>): T {
  const owned = new Set<Owned>();
  scopes.push(owned);
  try {
    const result: T = fn();
    assertSynchronous('scope', result, 'await first, and call scope around what is computed then');
    scopes.pop();
    promote(result, owned);
    return result;
  } finally {
    if (scopes.at(-1) === owned) scopes.pop();
    for (const tensor of owned) tensor.dispose();
  }
}
