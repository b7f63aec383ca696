import { assertBoolean, assertFunction, describe as describeValue } from '../arguments.ts';
import { noGrad } from '../autograd/mode.ts';
import { type DType, isDType, isFloat } from '../dtype.ts';
import { ArgumentError, DTypeError } from '../errors.ts';
import { describeForeign, type Identity, identity, isForeign, moduleIdentity } from '../identity.ts';
import { scope } from '../scope.ts';
import type { HookHandle } from '../tensor/recording.ts';
import type { Tensor } from '../tensor.ts';
import { Buffer } from './buffer.ts';
import { type ForwardHook, type ForwardPreHook, hooksOf } from './forward-hooks.ts';
import { items } from './items.ts';
import { block, describeAll } from './module-text.ts';
import { Parameter } from './parameter.ts';
import { copyState, type IncompatibleKeys, type StateDict } from './state-dict.ts';

/** A module whatever its inputs and output. */
export type AnyModule = Module<never[], unknown>;

type Registered = Parameter | Buffer | AnyModule;

/** `runningMean` → `running_mean`, `inQKV` → `in_qkv`: the name that PyTorch has for a property. */
const pythonName = (property: string): string =>
  property.replace(
    /(?<=[a-z0-9])[A-Z]+(?![a-z])|(?<=[A-Za-z0-9])[A-Z](?=[a-z])/g,
    (word) => `_${word.toLowerCase()}`,
  );

function registered(name: string, value: unknown): (readonly [string, Registered])[] {
  if (value instanceof Parameter || value instanceof Buffer || value instanceof Module)
    return [[name, value]];
  if (isForeign(value)) {
    throw new ArgumentError(`${name}: expected a parameter, buffer or module, got ${describeForeign(value)}`);
  }
  return items(value).flatMap(([key, item]) => registered(`${name}.${key}`, item));
}

const join = (prefix: string, name: string): string => (prefix === '' ? name : `${prefix}.${name}`);

/**
 * The base of every layer and model. What is assigned to its properties is registered by that alone: parameters, buffers,
 * other modules, and arrays and plain objects of them.
 *
 * ```ts
 * class Net extends nn.Module {
 *   hidden = new nn.Linear(784, 200);
 *   output = new nn.Linear(200, 10);
 *
 *   forward(x: Tensor): Tensor {
 *     return this.output.forward(this.hidden.forward(x).relu());
 *   }
 * }
 * ```
 *
 * Names are PyTorch's: `hidden.weight`, and `in_proj.bias` for a property `inProj`. Properties declared `#private` are out of
 * a module's sight; `private` ones are not.
 *
 * `Inputs` and `Output` are for modules with a `forward` other than tensor to tensor: `extends nn.Module<[Tensor, Tensor]>`.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.Module.html
 */
export abstract class Module<Inputs extends readonly unknown[] = [Tensor], Output = Tensor> {
  /** What other copies of this package know it by. */
  get [identity](): Identity {
    return moduleIdentity;
  }

  /** Whether layers such as `Dropout` and `BatchNorm1d` behave as in training. Set it through `train` and `eval`. */
  training = true;

  /** Computes the output. Call it directly: `model.forward(x)`. */
  abstract forward(...inputs: Inputs): Output;

  /** What this module holds directly, by PyTorch's name: its own properties, in order. */
  protected members(): (readonly [string, unknown])[] {
    return Object.entries(this).map(([property, value]) => [pythonName(property), value]);
  }

  /** The options that `toString` shows, such as `in_features=2, out_features=1, bias=True`. */
  protected extraRepr(): string {
    return '';
  }

  #registered(): (readonly [string, Registered])[] {
    const found = this.members().flatMap(([name, value]) => registered(name, value));
    if (new Set(found.map(([name]) => name)).size < found.length) {
      const repeated = found.find(([name], i) => found.findIndex(([other]) => other === name) < i)!;
      throw new ArgumentError(
        `${this.constructor.name}: expected one property for each name, got two for ${repeated[0]}`,
      );
    }
    return found;
  }

  /** The modules that this one holds directly, by name. */
  namedChildren(): [string, AnyModule][] {
    return this.#registered().flatMap(([name, value]) => (value instanceof Module ? [[name, value]] : []));
  }

  children(): AnyModule[] {
    return this.namedChildren().map(([, child]) => child);
  }

  /** This module (named `''`) and all below it, each before what it holds, and once however often it is held. */
  namedModules(): [string, AnyModule][] {
    const names = new Map<AnyModule, string>();
    const visit = (name: string, module: AnyModule): void => {
      if (names.has(module)) return;
      names.set(module, name);
      for (const [child, held] of module.namedChildren()) visit(join(name, child), held);
    };
    visit('', this);
    return [...names].map(([module, name]) => [name, module]);
  }

  modules(): AnyModule[] {
    return this.namedModules().map(([, module]) => module);
  }

  #named<T extends Parameter | Buffer>(kind: (value: Registered) => value is T): [string, T][] {
    const names = new Map<T, string>();
    for (const [prefix, module] of this.namedModules()) {
      for (const [name, value] of module.#registered()) {
        if (kind(value) && !names.has(value)) names.set(value, join(prefix, name));
      }
    }
    return [...names].map(([value, name]) => [name, value]);
  }

  /** The parameters of this module and all below it, by name; a shared one once. */
  namedParameters(): [string, Parameter][] {
    return this.#named((value) => value instanceof Parameter);
  }

  /** The parameters, in the order that PyTorch's optimizers get them. */
  parameters(): Parameter[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  namedBuffers(): [string, Buffer][] {
    return this.#named((value) => value instanceof Buffer);
  }

  buffers(): Buffer[] {
    return this.namedBuffers().map(([, buffer]) => buffer);
  }

  /** Puts this module and all below it into training mode, or out of it; returns the module. */
  train(mode = true): this {
    assertBoolean('train', 'mode', mode);
    for (const module of this.modules()) module.training = mode;
    return this;
  }

  /** Puts this module and all below it into evaluation mode; returns the module. */
  eval(): this {
    return this.train(false);
  }

  /** Parameters, then persistent buffers, then the state of what is below; a shared tensor under each of its names. */
  #state(prefix = '', above: readonly AnyModule[] = []): [string, Parameter | Buffer][] {
    if (above.includes(this)) {
      throw new ArgumentError(
        `stateDict: expected a tree of modules, got a module that contains itself as ${prefix}`,
      );
    }
    const held = this.#registered().map(([name, value]) => [join(prefix, name), value] as const);
    return [
      ...held.flatMap(([name, value]): [string, Parameter][] =>
        value instanceof Parameter ? [[name, value]] : [],
      ),
      ...held.flatMap(([name, value]): [string, Buffer][] =>
        value instanceof Buffer && value.persistent ? [[name, value]] : [],
      ),
      ...held.flatMap(([name, value]) =>
        value instanceof Module ? value.#state(name, [...above, this]) : [],
      ),
    ];
  }

  /**
   * The parameters and persistent buffers by name, detached. They share memory with the module: clone them to keep a
   * moment of training.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.Module.html#torch.nn.Module.state_dict
   */
  stateDict(): Record<string, Tensor> {
    return Object.fromEntries(
      this.#state().map(([name, tensor]) => {
        tensor.assertLive('stateDict');
        return [name, tensor.detach()];
      }),
    );
  }

  /**
   * Copies the tensors of a state dict into this module's, converted to their dtype and device. With `strict` (the default)
   * the names must be the same; without it, those that are not are skipped and returned.
   *
   * Throws `ArgumentError` with every missing name, unexpected name and differing shape at once, and then
   * changes nothing.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.Module.html#torch.nn.Module.load_state_dict
   */
  loadStateDict(
    stateDict: StateDict,
    { strict = true }: { readonly strict?: boolean } = {},
  ): IncompatibleKeys {
    return copyState(this.constructor.name, new Map(this.#state()), stateDict, strict);
  }

  /**
   * Moves parameters, buffers and gradients to a device, or converts the floating-point ones to a float dtype; returns the
   * module. The tensors stay the same objects, so an optimizer that has them keeps working.
   *
   * ```ts
   * model.to('cuda');
   * model.to('float64');
   * model.to({ device: 'cpu', dtype: 'float32' });
   * ```
   */
  to(target: DType | (string & {}) | { readonly dtype?: DType; readonly device?: string }): this {
    if (typeof target !== 'string' && (typeof target !== 'object' || target === null)) {
      throw new ArgumentError(`to: expected a dtype, a device or both, got ${describeValue(target)}`);
    }
    const { dtype, device } =
      typeof target === 'object' ? target : isDType(target) ? { dtype: target } : { device: target };
    if (dtype !== undefined && !isFloat(dtype)) {
      throw new DTypeError(`to: expected float32 or float64 for a module, got ${dtype}`);
    }
    const move = (tensor: Tensor): Tensor => {
      const moved = device === undefined ? tensor : tensor.to({ device });
      return dtype !== undefined && isFloat(tensor.dtype) ? moved.to({ dtype }) : moved;
    };
    const moveAll = (): void => {
      for (const tensor of [...this.parameters(), ...this.buffers()]) {
        tensor.set_(move(tensor));
        if (tensor.grad !== null) tensor.grad = move(tensor.grad);
      }
    };
    noGrad(() => scope(moveAll));
    return this;
  }

  /** Lets go of the gradient of every parameter; with `setToNone: false`, fills it with 0 instead. */
  zeroGrad({ setToNone = true }: { readonly setToNone?: boolean } = {}): void {
    for (const parameter of this.parameters()) {
      parameter.grad = setToNone || parameter.grad === null ? null : parameter.grad.detach().zero_();
    }
  }

  /** Turns the learning of all parameters on or off, as to freeze a part of a model; returns the module. */
  requiresGrad_(flag = true): this {
    assertBoolean('requiresGrad_', 'flag', flag);
    for (const parameter of this.parameters()) parameter.requiresGrad_(flag);
    return this;
  }

  /** Calls `fn` with every module below this one and then with this one, as to initialize weights; returns the module. */
  apply(fn: (module: AnyModule) => void): this {
    assertFunction('apply', 'fn', fn);
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }

  /**
   * Calls `hook` with the module, the inputs and the output of each call of `forward`; what it returns, if anything, is the output
   * instead.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.Module.html#torch.nn.Module.register_forward_hook
   */
  registerForwardHook(hook: ForwardHook<this, Output>): HookHandle {
    return hooksOf<this, Output>(this).after('registerForwardHook', hook);
  }

  /** Calls `hook` with the module and the inputs before each call of `forward`; what it returns, if anything, are the inputs instead. */
  registerForwardPreHook(hook: ForwardPreHook<this>): HookHandle {
    return hooksOf<this, Output>(this).before('registerForwardPreHook', hook);
  }

  /** The tree of modules, as PyTorch prints it. */
  toString(): string {
    return block(this.constructor.name, this.extraRepr(), describeAll(this.members()));
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
