import { describe } from '../../arguments.ts';
import { ArgumentError } from '../../errors.ts';
import type { Tensor } from '../../tensor.ts';

/** What becomes of the losses of the elements: their mean (the default), their sum, or nothing. */
export type Reduction = 'mean' | 'sum' | 'none';

/** The option that every loss has. */
export interface LossOptions {
  /** Default `'mean'`. */
  readonly reduction?: Reduction;
}

const reductions: { readonly [R in Reduction]: (losses: Tensor) => Tensor } = {
  mean: (losses) => losses.mean(),
  sum: (losses) => losses.sum(),
  none: (losses) => losses,
};

/** Throws {@link ArgumentError} unless the name is one of `allowed`. */
export function assertReduction(loss: string, reduction: string, allowed: readonly string[]): void {
  if (allowed.includes(reduction)) return;
  const names = allowed.map((name) => `'${name}'`);
  throw new ArgumentError(
    `${loss}: expected reduction ${names.slice(0, -1).join(', ')} or ${names.at(-1)}, got ${typeof reduction === 'string' ? reduction : describe(reduction)}`,
  );
}

/** Reduces the losses of the elements. Throws {@link ArgumentError} for another name. */
export function reduce(loss: string, losses: Tensor, reduction: Reduction): Tensor {
  assertReduction(loss, reduction, Object.keys(reductions));
  return reductions[reduction](losses);
}
