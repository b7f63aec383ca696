import { describe } from '../arguments.ts';
import { ArgumentError } from '../errors.ts';
import { type AnyModule, Module } from './module.ts';
import { Parameter } from './parameter.ts';

/*
 * Containers that hold what a model calls itself. Arrays and plain objects of modules and parameters, assigned to a property, are
 * registered just the same; these have methods besides.
 */

function assertKind<T>(
  owner: string,
  what: string,
  kind: abstract new (...args: never[]) => T,
  value: unknown,
): void {
  if (value instanceof kind) return;
  throw new ArgumentError(`${owner}: expected ${what}, got ${describe(value)}`);
}

/** A module that is not called: its parts are. */
abstract class Container extends Module<never[], never> {
  forward(): never {
    throw new ArgumentError(
      `${this.constructor.name}: expected its modules to be called, got a call of itself`,
    );
  }
}

/**
 * Modules in a list, named `0`, `1`, …
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.ModuleList.html
 */
export class ModuleList<M extends AnyModule = Module> extends Container {
  readonly #items: M[] = [];

  constructor(modules: readonly NoInfer<M>[] = []) {
    super();
    this.extend(modules);
  }

  protected override members(): (readonly [string, unknown])[] {
    return Object.entries(this.#items);
  }

  get length(): number {
    return this.#items.length;
  }

  /** The module at a position, which counts from the end when negative. */
  at(position: number): M | undefined {
    return this.#items.at(position);
  }

  /** Adds a module at the end; returns the list. */
  append(module: M): this {
    assertKind('ModuleList', 'a module', Module, module);
    this.#items.push(module);
    return this;
  }

  /** Adds modules at the end; returns the list. */
  extend(modules: Iterable<M>): this {
    for (const module of modules) this.append(module);
    return this;
  }

  /** Puts a module at a position; what stood there and behind it moves on. */
  insert(position: number, module: M): this {
    assertKind('ModuleList', 'a module', Module, module);
    this.#items.splice(position, 0, module);
    return this;
  }

  [Symbol.iterator](): Iterator<M> {
    return this.#items[Symbol.iterator]();
  }
}

/**
 * Modules by name.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.ModuleDict.html
 */
export class ModuleDict<M extends AnyModule = Module> extends Container {
  readonly #items = new Map<string, M>();

  constructor(modules: Readonly<Record<string, NoInfer<M>>> = {}) {
    super();
    for (const [name, module] of Object.entries(modules)) this.set(name, module);
  }

  protected override members(): (readonly [string, unknown])[] {
    return [...this.#items];
  }

  get size(): number {
    return this.#items.size;
  }

  has(name: string): boolean {
    return this.#items.has(name);
  }

  get(name: string): M | undefined {
    return this.#items.get(name);
  }

  /** Puts a module under a name, instead of one that was there; returns the container. */
  set(name: string, module: M): this {
    assertKind('ModuleDict', 'a module', Module, module);
    if (typeof name !== 'string' || name === '' || name.includes('.')) {
      throw new ArgumentError(`ModuleDict: expected a name without dots, got ${describe(name)}`);
    }
    this.#items.set(name, module);
    return this;
  }

  keys(): IterableIterator<string> {
    return this.#items.keys();
  }

  values(): IterableIterator<M> {
    return this.#items.values();
  }

  [Symbol.iterator](): Iterator<[string, M]> {
    return this.#items[Symbol.iterator]();
  }
}

/**
 * Parameters in a list, named `0`, `1`, …
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.ParameterList.html
 */
export class ParameterList extends Container {
  readonly #items: Parameter[] = [];

  constructor(parameters: Iterable<Parameter> = []) {
    super();
    for (const parameter of parameters) this.append(parameter);
  }

  protected override members(): (readonly [string, unknown])[] {
    return Object.entries(this.#items);
  }

  get length(): number {
    return this.#items.length;
  }

  /** The parameter at a position, which counts from the end when negative. */
  at(position: number): Parameter | undefined {
    return this.#items.at(position);
  }

  /** Adds a parameter at the end; returns the list. */
  append(parameter: Parameter): this {
    assertKind('ParameterList', 'a parameter', Parameter, parameter);
    this.#items.push(parameter);
    return this;
  }

  [Symbol.iterator](): Iterator<Parameter> {
    return this.#items[Symbol.iterator]();
  }
}
