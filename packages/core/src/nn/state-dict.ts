import { assertTensor, describe } from '../arguments.ts';
import { noGrad } from '../autograd/mode.ts';
import { ArgumentError, formatShape } from '../errors.ts';
import { scope } from '../scope.ts';
import { sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** The tensors of a module by PyTorch's names: `0.weight`, `encoder.fc.bias`, `norm.running_mean`. */
export type StateDict = Readonly<Record<string, Tensor>>;

/** The names that a state dict and a module do not share. */
export interface IncompatibleKeys {
  readonly missingKeys: readonly string[];
  readonly unexpectedKeys: readonly string[];
}

/**
 * Copies a state dict into a module's own tensors, which keep their dtype and device. Nothing is written unless
 * everything fits.
 */
export function copyState(
  module: string,
  own: ReadonlyMap<string, Tensor>,
  given: StateDict,
  strict: boolean,
): IncompatibleKeys {
  if (typeof given !== 'object' || given === null) {
    throw new ArgumentError(`loadStateDict: expected tensors by name, got ${describe(given)}`);
  }
  for (const key of Object.keys(given)) assertTensor('loadStateDict', key, given[key]);
  const missingKeys = [...own.keys()].filter((key) => !Object.hasOwn(given, key));
  const unexpectedKeys = Object.keys(given).filter((key) => !own.has(key));
  const pairs = [...own].flatMap(([key, target]) =>
    Object.hasOwn(given, key) ? [{ key, target, source: given[key]! }] : [],
  );
  const misfits = pairs
    .filter(({ target, source }) => !sameShape(target.shape, source.shape))
    .map(
      ({ key, target, source }) =>
        `${key}: expected shape ${formatShape(target.shape)}, got ${formatShape(source.shape)}`,
    );
  const problems = [
    ...(strict && missingKeys.length > 0 ? [`missing: ${missingKeys.join(', ')}`] : []),
    ...(strict && unexpectedKeys.length > 0 ? [`unexpected: ${unexpectedKeys.join(', ')}`] : []),
    ...misfits,
  ];
  if (problems.length > 0) {
    throw new ArgumentError(
      `loadStateDict: expected the names and shapes of ${module}, got a state dict that differs\n  ${problems.join('\n  ')}`,
    );
  }
  noGrad(() => {
    for (const { target, source } of pairs) scope(() => void target.copy_(source.to(target.device)));
  });
  return { missingKeys, unexpectedKeys };
}
