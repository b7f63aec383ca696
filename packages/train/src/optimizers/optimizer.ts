import { ArgumentError, guard, isCapturing, noGrad, scope, Tensor } from '@kindling/core';
import {
  assertGradient,
  assertTensor,
  checkOptions,
  describeValue,
  formatShape,
  hasStepKernel,
} from '@kindling/core/internal';
import { assertSaved, type OptimizerStateDict, readState, type SavedGroup } from './optimizer-state.ts';
import { ParameterState } from './parameter-state.ts';
import { optionNames } from './resolve-options.ts';
import type { OptimizerOptions, ParameterUpdate, UpdateRule } from './update-rule.ts';

/** Parameters that share options. Options may be changed between steps: `optimizer.paramGroups[0].lr = 0.01`. */
export type ParamGroup<O extends OptimizerOptions> = O & {
  readonly params: readonly Tensor[];
  /** The learning rate before any schedule changed it; set by the first schedule. */
  initialLr?: number;
};

/** A group as it is given: parameters, and options that differ from the optimizer's. */
export type GroupOptions<O extends OptimizerOptions> = Partial<O> & { readonly params: Iterable<Tensor> };

/** What of a group's options a recorded step takes for granted; the learning rate may change. */
const isAssumed = (key: string): boolean => key !== 'params' && key !== 'lr';

/** Whether options that steps take as numbers are what they were. It is asked at every step: loops over names are fast in engines. */
function areOptions(group: Readonly<Record<string, unknown>>, before: readonly unknown[]): boolean {
  let i = 0;
  for (const key in group) {
    const value = group[key];
    const taken = before[i++];
    if (value === taken || !isAssumed(key)) continue;
    if (Array.isArray(value) && Array.isArray(taken)) {
      for (let n = 0; n < taken.length; n++) if (!Object.is(value[n], taken[n])) return false;
    } else if (typeof taken !== 'object' && !Object.is(value, taken)) return false;
  }
  return true;
}

/** A recorded step holds while the options do that steps take as numbers. */
function assumeOptions(group: object): void {
  if (!isCapturing()) return;
  const before = Object.values(group).map((value) => (Array.isArray(value) ? [...value] : value));
  guard(() => areOptions(group as Readonly<Record<string, unknown>>, before));
}

/** What an optimizer is made for: parameters, or groups of them. */
export type OptimizerParameters<O extends OptimizerOptions> = Iterable<Tensor> | Iterable<GroupOptions<O>>;

/**
 * Changes parameters by their gradients. A parameter whose `grad` is null is left alone.
 *
 * ```ts
 * optimizer.zeroGrad();
 * mse(model.forward(x), y).backward();
 * optimizer.step();
 * ```
 *
 * Source: https://docs.pytorch.org/docs/2.15/optim.html
 */
export abstract class Optimizer<O extends OptimizerOptions = OptimizerOptions> {
  /** One group or more. */
  readonly paramGroups: [ParamGroup<O>, ...ParamGroup<O>[]];
  readonly #rule: UpdateRule<O>;
  readonly #defaults: O;
  #state = new Map<Tensor, ParameterState>();

  /** Throws {@link ArgumentError} as {@link addParamGroup} does, and where there is no parameter. */
  constructor(rule: UpdateRule<O>, params: OptimizerParameters<O>, defaults: O) {
    this.#rule = rule;
    this.#defaults = defaults;
    if (typeof params !== 'object' || params === null || !(Symbol.iterator in params)) {
      throw new ArgumentError(
        `${rule.name}: expected parameters or groups of them, got ${describeValue(params)}`,
      );
    }
    const given: (Tensor | GroupOptions<O>)[] = [...params];
    const tensors = given.filter((item) => item instanceof Tensor);
    const groups = given.filter((item): item is GroupOptions<O> => !(item instanceof Tensor));
    if (given.length === 0 || (tensors.length > 0 && groups.length > 0)) {
      const got = given.length === 0 ? 'none' : 'both';
      throw new ArgumentError(`${rule.name}: expected parameters or groups of them, got ${got}`);
    }
    const wrong = groups.find((group) => typeof group !== 'object' || group === null);
    if (wrong !== undefined) {
      throw new ArgumentError(
        `${rule.name}: expected parameters or groups of them, got ${describeValue(wrong)}`,
      );
    }
    const [first, ...others] = groups;
    this.paramGroups = [
      first === undefined ? this.#group(tensors, undefined, []) : this.#group(first.params, first, []),
    ];
    for (const group of others) this.addParamGroup(group);
  }

  /** `SGD`, `Adam`: the name that errors use. */
  get name(): string {
    return this.#rule.name;
  }

  /**
   * Adds parameters, with options where they differ from the optimizer's. Throws {@link ArgumentError} for an option
   * out of range, a parameter that is here already, and one that is the result of an operation.
   */
  addParamGroup(group: GroupOptions<O>): void {
    const { params } = { ...(group as Partial<GroupOptions<O>> | null) };
    this.paramGroups.push(this.#group(params as Iterable<Tensor>, group, this.paramGroups));
  }

  /** A group with all options, whose parameters are in none of the others. */
  #group(
    params: Iterable<Tensor>,
    options: Partial<O> | undefined,
    others: readonly ParamGroup<O>[],
  ): ParamGroup<O> {
    const { name } = this.#rule;
    if (typeof params !== 'object' || params === null || !(Symbol.iterator in params)) {
      throw new ArgumentError(`${name}: expected parameters, got ${describeValue(options ?? params)}`);
    }
    if (options !== undefined) {
      checkOptions<object>(name, options, {
        ...optionNames<O>(this.#defaults),
        params: true,
        initialLr: true,
      });
    }
    const merged = { ...this.#defaults, ...options, params: [...params] } as ParamGroup<O>;
    this.#rule.check(merged);
    const known = new Set(others.flatMap(({ params }) => params));
    for (const param of merged.params) {
      assertTensor(name, 'each parameter', param);
      if (!param.isLeaf) {
        throw new ArgumentError(
          `${name}: expected parameters that are leaves, got the result of an operation of shape ${formatShape(param.shape)}`,
        );
      }
      if (known.has(param)) {
        throw new ArgumentError(
          `${name}: expected each parameter once, got one of shape ${formatShape(param.shape)} twice`,
        );
      }
      known.add(param);
    }
    return merged;
  }

  /**
   * Updates every parameter that has a gradient.
   *
   * @param closure evaluates the loss and its gradients first; `LBFGS` evaluates it several times, and needs one.
   * @returns the closure's loss.
   */
  step(closure?: () => Tensor): Tensor | undefined {
    const loss = closure?.();
    guard(() => this.#state);
    noGrad(() => {
      for (const group of this.paramGroups) {
        assumeOptions(group);
        this.#updateGroup(group);
      }
    });
    return loss;
  }

  #updateGroup(group: ParamGroup<O>): void {
    const { name, update, fused } = this.#rule;
    const alike = new Map<string, ParameterUpdate[]>();
    for (const param of group.params) {
      const { grad } = param;
      if (grad === null) continue;
      assertGradient(name, param, grad);
      const state = this.#stateOf(param);
      state.follow(name, param);
      if (fused !== undefined && hasStepKernel(fused.kernel, param, grad)) {
        const kind = `${param.device} ${param.dtype} ${state.signature}`;
        alike.set(kind, [...(alike.get(kind) ?? []), { param, grad, state }]);
      } else {
        scope(() => update({ param, grad, state }, group));
      }
    }
    for (const updates of alike.values()) scope(() => fused!.update(updates, group));
  }

  /**
   * Frees every gradient and sets it to null, so that the next backward pass starts anew; with `setToNone: false`, fills
   * it with 0 instead, and parameters that a later loss does not reach are still decayed and moved by their momentum.
   */
  zeroGrad(options: { readonly setToNone?: boolean } = {}): void {
    const { setToNone = true } = checkOptions(`${this.name}.zeroGrad`, options, { setToNone: true });
    for (const { params } of this.paramGroups) {
      for (const param of params) {
        if (param.grad === null) continue;
        if (setToNone) {
          param.grad.dispose();
          param.grad = null;
        } else {
          const { grad } = param;
          noGrad(() => grad.zero_());
        }
      }
    }
  }

  /**
   * Everything that the next steps depend on, but for the parameters: what is remembered of each, by its position over all
   * groups, and the options of the groups. The tensors are the optimizer's own, and change with its next step.
   */
  stateDict(): OptimizerStateDict {
    const all = this.paramGroups.flatMap(({ params }) => params);
    const position = new Map(all.map((param, i) => [param, i]));
    return {
      state: Object.fromEntries(
        [...this.#state].map(([param, state]) => [String(position.get(param)), state.entries()]),
      ),
      paramGroups: this.paramGroups.map(
        (group): SavedGroup => ({ ...group, params: group.params.map((param) => position.get(param)!) }),
      ),
    };
  }

  /**
   * Takes over the state of an optimizer with the same groups. Tensors are copied, to each parameter's dtype and device; the steps
   * that follow are those of the saved optimizer to the last bit.
   *
   * Throws {@link ArgumentError} where the groups, their sizes, the kinds of their options or the shapes differ, and then changes
   * nothing. Ranges are those of the constructor alone: what an optimizer can hold, such as a rate that a schedule took a hair
   * below 0, it can load.
   */
  loadStateDict(saved: OptimizerStateDict): void {
    const { name, numbers } = this.#rule;
    assertSaved(name, saved);
    const { options, state } = readState(name, this.paramGroups, saved, numbers);
    this.paramGroups.forEach((group, i) => {
      Object.assign(group, options[i]);
    });
    this.#state = state;
  }

  #stateOf(param: Tensor): ParameterState {
    const known = this.#state.get(param);
    if (known !== undefined) return known;
    const fresh = new ParameterState();
    this.#state.set(param, fresh);
    return fresh;
  }
}
