import type { Tensor } from '@kindling/core';
import * as train from '@kindling/train';
import { readFixture } from '../../../core/test/golden/fixture.ts';

/** An optimizer, its options and its groups, whose `params` are positions. */
export interface Setting {
  readonly name: string;
  readonly optimizer: string;
  readonly options: object;
  readonly groups?: readonly { readonly params: readonly number[] }[] | undefined;
}

/** Reads one of this package's fixtures. */
export const read = <T>(name: string): T =>
  readFixture<T>(new URL(`../fixtures/golden/${name}.json`, import.meta.url));

/** Cases with their names in front, as `test.each` takes them. */
export const named = <T extends { readonly name: string }>(cases: readonly T[]) =>
  cases.map((entry) => [entry.name, entry] as const);

/** The optimizer of a case. */
export function make(
  { optimizer, options, groups }: Setting,
  parameters: readonly Tensor[],
): train.Optimizer {
  const found: unknown = Reflect.get(train, optimizer);
  if (typeof found !== 'function') throw new TypeError(`@kindling/train has no optimizer ${optimizer}`);
  const split = groups?.map((group) => ({ ...group, params: group.params.map((i) => parameters[i]) }));
  const made: unknown = Reflect.construct(found, [split ?? parameters, options]);
  if (!(made instanceof train.Optimizer)) throw new TypeError(`expected ${optimizer} to be an optimizer`);
  return made;
}
