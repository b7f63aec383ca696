import { median } from '../statistics.ts';

/** A number that an implementation computed, which all should agree on. */
export interface Check {
  readonly implementation: string;
  readonly check: number;
}

const tolerance = 1e-3;

const agree = (a: number, b: number): boolean =>
  Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b)) + 1e-6;

/**
 * Who computed something else than the others, with what was expected: the result of PyTorch where it takes part, else the
 * median.
 */
export function disagreements(checks: readonly Check[]): (Check & { readonly expected: number })[] {
  const reference =
    checks.find(({ implementation }) => implementation.startsWith('PyTorch'))?.check ??
    median(checks.map(({ check }) => check));
  return checks
    .filter(({ check }) => !agree(check, reference))
    .map((check) => ({ ...check, expected: reference }));
}
