import { tensor } from '@kindling/core';
import type { Tolerance } from './fixture.ts';

/** What an engine is allowed beyond the suite's rule, on cases whose name matches. */
interface Allowance {
  readonly engines: RegExp;
  readonly cases: RegExp;
  readonly tolerance: Tolerance;
}

const allowances: readonly Allowance[] = [
  {
    // TensorFlow's tanh is up to 5 units in the last place off, here 3e-7, and not the same for each alignment of memory. Derivatives
    // multiply that: 1 - tanh² has twice the error, and GELU's up to 10 times that.
    engines: /^tfjs-node/,
    cases: /tanh/i,
    tolerance: { rtol: 2e-6, atol: 3e-6 },
  },
  {
    // TensorFlow flushes subnormal numbers: where sigmoid(x) is one, x · sigmoid(x) is 0 instead of up to 104 · 2⁻¹²⁶.
    engines: /^tfjs-node/,
    cases: /\.silu\(\) far out/,
    tolerance: { tiny: 104 * 2 ** -126 },
  },
  {
    // The same makes 1e-38 a zero, whose logarithm has an infinite slope.
    engines: /^tfjs-node/,
    cases: /\.log(2|10)\(\) near 0/,
    tolerance: { infiniteFrom: 1e37 },
  },
];

interface Tolerant {
  readonly name: string;
  readonly tolerance?: Tolerance;
  readonly gradientTolerance?: Tolerance;
}

/** A case with what the engine of a device is allowed. */
export function allowed<T extends Tolerant>(entry: T, device: string): T {
  const engine = engineOf(device);
  const wider = allowances.filter(({ engines, cases }) => engines.test(engine) && cases.test(entry.name));
  if (wider.length === 0) return entry;
  const allowance: Tolerance = Object.assign({}, ...wider.map(({ tolerance }) => tolerance));
  return {
    ...entry,
    tolerance: { ...entry.tolerance, ...allowance },
    gradientTolerance: { ...entry.gradientTolerance, ...allowance },
  };
}

function engineOf(device: string): string {
  try {
    return tensor(0, { device }).storage.backend.name;
  } catch {
    // The tests themselves tell of a device that is not there.
    return '';
  }
}
