import { ArgumentError, keep, noGrad, Tensor } from '@kindling/core';
import { describeValue, formatShape } from '@kindling/core/internal';
import { ParameterState } from './parameter-state.ts';
import type { OptimizerOptions } from './update-rule.ts';

/** The options of a group, with its parameters as positions over all groups. */
export interface SavedGroup extends OptimizerOptions {
  readonly params: readonly number[];
  readonly initialLr?: number;
}

/** An optimizer's state as PyTorch lays it out: tensors and numbers by parameter, and the options of the groups. */
export interface OptimizerStateDict {
  readonly state: Readonly<Record<string, Readonly<Record<string, Tensor | number>>>>;
  readonly paramGroups: readonly SavedGroup[];
}

/** @throws {ArgumentError} unless it has the form of a state. */
export function assertSaved(name: string, saved: unknown): asserts saved is OptimizerStateDict {
  const { state, paramGroups } = (saved ?? {}) as Partial<OptimizerStateDict>;
  const isState = typeof state === 'object' && state !== null && Array.isArray(paramGroups);
  const isGroup = (group: unknown): boolean =>
    typeof group === 'object' && group !== null && Array.isArray((group as Partial<SavedGroup>).params);
  if (isState && paramGroups.every(isGroup)) return;
  throw new ArgumentError(
    `${name}: expected a state with state and paramGroups, got ${describeValue(saved)}`,
  );
}

interface Group {
  readonly params: readonly Tensor[];
}

/** The names of a group's options, in one order. */
const optionNames = (group: object): string =>
  Object.keys(group)
    .filter((key) => key !== 'params' && key !== 'initialLr')
    .sort()
    .join(', ');

/** What sort of thing an option is, in words. */
const kindOf = (value: unknown): string =>
  Array.isArray(value) ? `a list of ${value.map(kindOf).join(', ')}` : `a ${typeof value}`;

/** The options of a saved group. Throws unless they are the group's own by name, for as many parameters. */
function readOptions(name: string, group: Group, saved: SavedGroup): OptimizerOptions {
  const { params, ...options } = saved;
  for (const [key, value] of Object.entries(options)) {
    const own: unknown = Reflect.get(group, key);
    if (own !== undefined && kindOf(own) !== kindOf(value)) {
      throw new ArgumentError(`${name}: expected ${key} to be ${kindOf(own)}, got ${kindOf(value)}`);
    }
  }
  if (params.length !== group.params.length) {
    throw new ArgumentError(
      `${name}: expected the state of a group of ${group.params.length} parameters, got ${params.length}`,
    );
  }
  if (optionNames(saved) !== optionNames(group)) {
    throw new ArgumentError(
      `${name}: expected a state with the options ${optionNames(group)}, got ${optionNames(saved)}`,
    );
  }
  return options;
}

function readParameter(
  name: string,
  param: Tensor,
  entries: Readonly<Record<string, Tensor | number>>,
  numberNames: readonly string[],
): ParameterState {
  if (typeof entries !== 'object' || entries === null) {
    throw new ArgumentError(`${name}: expected the state of a parameter, got ${describeValue(entries)}`);
  }
  const { step, ...rest } = entries;
  if (typeof step !== 'number' || !Number.isSafeInteger(step) || step < 0) {
    throw new ArgumentError(`${name}: expected a step count, got ${describeValue(step)}`);
  }
  const isNumber = ([key]: readonly [string, unknown]): boolean => numberNames.includes(key);
  const numbers = Object.entries(rest)
    .filter(isNumber)
    .map(([key, value]): [string, number] => {
      if (typeof value === 'number') return [key, value];
      throw new ArgumentError(`${name}: expected ${key} to be a number, got ${describeValue(value)}`);
    });
  const ofTensors = Object.entries(rest).filter((entry) => !isNumber(entry));
  const tensors = ofTensors.map(([key, value]): [string, Tensor] => {
    if (!(value instanceof Tensor) || `${value.shape}` !== `${param.shape}`) {
      const got = value instanceof Tensor ? formatShape(value.shape) : describeValue(value);
      throw new ArgumentError(`${name}: expected ${key} of shape ${formatShape(param.shape)}, got ${got}`);
    }
    const moved = value.to({ dtype: param.dtype, device: param.device });
    return [key, keep(moved === value ? value.clone() : moved)];
  });
  return new ParameterState(step, tensors, numbers);
}

/** Reads a saved state for the parameters of these groups, or throws {@link ArgumentError} with what does not fit. */
export function readState(
  name: string,
  groups: readonly Group[],
  saved: OptimizerStateDict,
  numberNames: readonly string[] = [],
): { options: readonly OptimizerOptions[]; state: Map<Tensor, ParameterState> } {
  if (saved.paramGroups.length !== groups.length) {
    throw new ArgumentError(
      `${name}: expected the state of ${groups.length} parameter groups, got ${saved.paramGroups.length}`,
    );
  }
  const options = groups.map((group, i) => readOptions(name, group, saved.paramGroups[i]!));
  const byPosition = new Map(
    groups.flatMap((group, i) => group.params.map((param, j) => [saved.paramGroups[i]!.params[j]!, param])),
  );
  const state = new Map<Tensor, ParameterState>();
  noGrad(() => {
    for (const [position, entries] of Object.entries(saved.state)) {
      const param = byPosition.get(Number(position));
      if (param === undefined) {
        throw new ArgumentError(
          `${name}: expected state for parameters ${[...byPosition.keys()].join(', ')}, got ${position}`,
        );
      }
      state.set(param, readParameter(name, param, entries, numberNames));
    }
  });
  return { options, state };
}
