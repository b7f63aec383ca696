import { checkOptions, type OptionNames } from '@kindling/core/internal';
import type { OptimizerOptions } from './update-rule.ts';

/** The names of an optimizer's options, which are those of its defaults, and the learning rate. */
export function optionNames<O extends OptimizerOptions>(defaults: Partial<O>): OptionNames<Partial<O>> {
  const keys = [...Object.keys(defaults), 'lr'];
  return Object.fromEntries(keys.map((key) => [key, true])) as OptionNames<Partial<O>>;
}

/** Options with the defaults of those that were not given. @throws {ArgumentError} for an option that does not exist. */
export function resolveOptions<O extends OptimizerOptions>(
  owner: string,
  defaults: Omit<O, 'lr'> & Partial<O>,
  options: Partial<O>,
): O {
  checkOptions<Partial<O>>(owner, options, optionNames<O>(defaults as Partial<O>));
  return { ...defaults, ...options } as O;
}
