import { assertFunction, assertList } from '../arguments.ts';
import type { HookHandle } from '../tensor/recording.ts';

/** What is called behind `forward`; a value that it returns takes the output's place. */
export type ForwardHook<M, Output> = (
  module: M,
  inputs: readonly unknown[],
  output: Output,
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook that only looks returns nothing.
) => Output | void;

/** What is called before `forward`; a list that it returns takes the inputs' place. */
export type ForwardPreHook<M> = (
  module: M,
  inputs: readonly unknown[],
  // biome-ignore lint/suspicious/noConfusingVoidType: as above.
) => readonly unknown[] | void;

/** The hooks of one module, which stand in the way of its `forward`. */
class Hooks<M extends object, Output> {
  readonly #before = new Set<ForwardPreHook<M>>();
  readonly #after = new Set<ForwardHook<M, Output>>();

  constructor(module: M) {
    const { forward } = module as { forward: (...inputs: unknown[]) => Output };
    // A property of the module that lists of its members do not show.
    Object.defineProperty(module, 'forward', {
      configurable: true,
      writable: true,
      value: (...given: readonly unknown[]): Output => {
        let inputs = given;
        for (const hook of [...this.#before]) {
          const replaced = hook(module, inputs);
          if (replaced === undefined) continue;
          assertList('registerForwardPreHook', 'the result of a hook', replaced);
          inputs = replaced;
        }
        let output: Output = Reflect.apply(forward, module, inputs);
        for (const hook of [...this.#after]) output = hook(module, inputs, output) ?? output;
        return output;
      },
    });
  }

  before(op: string, hook: ForwardPreHook<M>): HookHandle {
    assertFunction(op, 'hook', hook);
    const own: ForwardPreHook<M> = (module, inputs) => hook(module, inputs);
    this.#before.add(own);
    return { remove: () => void this.#before.delete(own) };
  }

  after(op: string, hook: ForwardHook<M, Output>): HookHandle {
    assertFunction(op, 'hook', hook);
    const own: ForwardHook<M, Output> = (module, inputs, output) => hook(module, inputs, output);
    this.#after.add(own);
    return { remove: () => void this.#after.delete(own) };
  }
}

const hooks = new WeakMap<object, unknown>();

/** The hooks of a module, made when they are first asked for. */
export function hooksOf<M extends object, Output>(module: M): Hooks<M, Output> {
  const known = hooks.get(module) as Hooks<M, Output> | undefined;
  if (known !== undefined) return known;
  const made = new Hooks<M, Output>(module);
  hooks.set(module, made);
  return made;
}
