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

/** @throws {ArgumentError} unless it can be iterated over. */
function assertIterable(owner: string, what: string, value: unknown): void {
  if (typeof value === 'object' && value !== null && Symbol.iterator in value) return;
  throw new ArgumentError(`${owner}: expected a list of ${what}, got ${describe(value)}`);
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
  private readonly items: M[] = [];

  constructor(modules: readonly NoInfer<M>[] = []) {
    super();
    this.extend(modules);
  }

  protected override members(): (readonly [string, unknown])[] {
    return Object.entries(this.items);
  }

  get length(): number {
    return this.items.length;
  }

  /** The module at a position, which counts from the end when negative. */
  at(position: number): M | undefined {
    return this.items.at(position);
  }

  /** Adds a module at the end; returns the list. */
  append(module: M): this {
    assertKind('ModuleList', 'a module', Module, module);
    this.items.push(module);
    return this;
  }

  /** Adds modules at the end; returns the list. */
  extend(modules: Iterable<M>): this {
    assertIterable('ModuleList', 'modules', modules);
    for (const module of modules) this.append(module);
    return this;
  }

  /** Puts a module at a position; what stood there and behind it moves on. */
  insert(position: number, module: M): this {
    assertKind('ModuleList', 'a module', Module, module);
    this.items.splice(position, 0, module);
    return this;
  }

  [Symbol.iterator](): Iterator<M> {
    return this.items[Symbol.iterator]();
  }
}

/** Modules or parameters by name. */
abstract class Dict<T> extends Container {
  private readonly items = new Map<string, T>();

  constructor(items: Readonly<Record<string, T>>) {
    super();
    if (typeof items !== 'object' || items === null) {
      throw new ArgumentError(`${this.constructor.name}: expected items by name, got ${describe(items)}`);
    }
    for (const [name, item] of Object.entries(items)) this.set(name, item);
  }

  /** Throws unless it is what the container holds. */
  protected abstract assertItem(item: T): void;

  protected override members(): (readonly [string, unknown])[] {
    return [...this.items];
  }

  get size(): number {
    return this.items.size;
  }

  has(name: string): boolean {
    return this.items.has(name);
  }

  get(name: string): T | undefined {
    return this.items.get(name);
  }

  /** Puts an item under a name, instead of one that was there; returns the container. */
  set(name: string, item: T): this {
    this.assertItem(item);
    if (typeof name !== 'string' || name === '' || name.includes('.')) {
      throw new ArgumentError(
        `${this.constructor.name}: expected a name without dots, got ${describe(name)}`,
      );
    }
    this.items.set(name, item);
    return this;
  }

  keys(): IterableIterator<string> {
    return this.items.keys();
  }

  values(): IterableIterator<T> {
    return this.items.values();
  }

  [Symbol.iterator](): Iterator<[string, T]> {
    return this.items[Symbol.iterator]();
  }
}

/**
 * Modules by name.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.ModuleDict.html
 */
export class ModuleDict<M extends AnyModule = Module> extends Dict<M> {
  constructor(modules: Readonly<Record<string, NoInfer<M>>> = {}) {
    super(modules);
  }

  protected override assertItem(module: M): void {
    assertKind('ModuleDict', 'a module', Module, module);
  }
}

/**
 * Parameters by name.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.ParameterDict.html
 */
export class ParameterDict extends Dict<Parameter> {
  constructor(parameters: Readonly<Record<string, Parameter>> = {}) {
    super(parameters);
  }

  protected override assertItem(parameter: Parameter): void {
    assertKind('ParameterDict', 'a parameter', Parameter, parameter);
  }
}

/**
 * Parameters in a list, named `0`, `1`, …
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.ParameterList.html
 */
export class ParameterList extends Container {
  private readonly items: Parameter[] = [];

  constructor(parameters: Iterable<Parameter> = []) {
    super();
    assertIterable('ParameterList', 'parameters', parameters);
    for (const parameter of parameters) this.append(parameter);
  }

  protected override members(): (readonly [string, unknown])[] {
    return Object.entries(this.items);
  }

  get length(): number {
    return this.items.length;
  }

  /** The parameter at a position, which counts from the end when negative. */
  at(position: number): Parameter | undefined {
    return this.items.at(position);
  }

  /** Adds a parameter at the end; returns the list. */
  append(parameter: Parameter): this {
    assertKind('ParameterList', 'a parameter', Parameter, parameter);
    this.items.push(parameter);
    return this;
  }

  [Symbol.iterator](): Iterator<Parameter> {
    return this.items[Symbol.iterator]();
  }
}
