import { refuse } from './check-view.ts';
import { MAX_SPAN, type Quotient, type Windows } from './kernels/declaration.ts';
import type { LoweredCall } from './lowered-call.ts';

/** A quotient of attributes: their positions and its own in the values of a call. */
export interface QuotientRule {
  readonly declared: Quotient;
  readonly of: number;
  readonly by: number;
  readonly at: number;
}

/** Windows, and the positions of their attributes in the values of a call. */
export interface WindowsRule {
  readonly declared: Windows;
  readonly count: number;
  readonly stride: number;
  readonly kernel: number;
  readonly dilation: number;
}

export const windowsRule = (declared: Windows, names: readonly string[]): WindowsRule => ({
  declared,
  count: names.indexOf(declared.count),
  stride: names.indexOf(declared.stride),
  kernel: names.indexOf(declared.kernel),
  dilation: names.indexOf(declared.dilation),
});

/** Puts quotients into the values, and checks what sizes have to be to each other. */
export function assertRelations(
  call: LoweredCall,
  values: unknown[],
  quotients: readonly QuotientRule[],
  windows: readonly WindowsRule[],
): void {
  const sizes = values as number[];
  for (const { declared, of, by, at } of quotients) {
    const value = sizes[of]! / sizes[by]!;
    if (!Number.isInteger(value)) {
      refuse(call, `${declared.of} to be divisible by ${declared.by}`, `${sizes[of]} and ${sizes[by]}`);
    }
    values[at] = value;
  }
  for (const { declared, count, stride, kernel, dilation } of windows) {
    const span = (sizes[count]! - 1) * sizes[stride]! + (sizes[kernel]! - 1) * sizes[dilation]! + 1;
    if (span > MAX_SPAN)
      refuse(call, `${declared.count} windows that span at most ${MAX_SPAN}`, String(span));
  }
}
