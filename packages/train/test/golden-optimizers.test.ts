import type { Tensor } from '@kindling/core';
import * as train from '@kindling/train';
import { describe, expect, test } from 'vitest';
import { decodeArguments, devices, place } from '../../core/test/golden/call.ts';
import type { StoredTensor } from '../../core/test/golden/fixture.ts';
import { assertClose, assertRefused } from '../../core/test/golden/operation.ts';
import { make, named, read, type Setting } from './golden/setting.ts';

/** Twenty steps, as `tools/golden/optimizers.py` records them. */
interface UpdateCase extends Setting {
  readonly dtype?: 'float64';
  /** Learning rates to set before each step. */
  readonly rates?: readonly number[];
  /** Parameters after each step. */
  readonly steps: readonly (readonly StoredTensor[])[];
  readonly error?: string;
}

interface UpdateFixture {
  readonly start: readonly StoredTensor[];
  /** The gradient of each parameter at each step; null where it has none. */
  readonly gradients: readonly (readonly (StoredTensor | null)[])[];
  readonly cases: readonly UpdateCase[];
}

interface RegressionCase extends Setting {
  readonly losses: StoredTensor;
  readonly steps: readonly (readonly StoredTensor[])[];
}

interface RegressionFixture {
  readonly x: StoredTensor;
  readonly y: StoredTensor;
  readonly start: readonly StoredTensor[];
  readonly cases: readonly RegressionCase[];
}

interface ClippingCase {
  readonly name: string;
  readonly kind: 'norm' | 'value';
  readonly limit: number;
  readonly options: object;
  readonly gradients: readonly (StoredTensor | null)[];
  readonly norm?: StoredTensor;
  readonly clipped: readonly (StoredTensor | null)[];
}

const updates = read<UpdateFixture>('optimizers');
const regression = read<RegressionFixture>('regression');
const clipping = read<{ cases: ClippingCase[] }>('clipping').cases;

/** Rounding of one step enters all later ones; after twenty it is a few ulp of the largest parameter. */
const drift = (dtype: string | undefined) => ({
  tolerance: dtype === 'float64' ? { rtol: 1e-13, atol: 1e-14 } : { rtol: 2e-6, atol: 1e-6 },
});

test('the golden suite keeps its size', () => {
  expect(updates.cases.length + regression.cases.length + clipping.length).toBeGreaterThanOrEqual(105);
});

test('every optimizer that experiments can name has a golden case', () => {
  const covered = new Set([...updates.cases, ...regression.cases].map(({ optimizer }) => optimizer));
  // L-BFGS takes a closure, and has a fixture of its own.
  const classes = Object.values(train.optimizers)
    .map(({ name }) => name)
    .filter((name) => name !== 'LBFGS');
  expect(classes.filter((name) => !covered.has(name))).toEqual([]);
});

describe.each(devices)('on %s', (device) => {
  const leaf = (stored: StoredTensor, dtype = stored.dtype ?? 'float32') =>
    place({ ...stored, dtype }, device, true);

  describe('twenty steps', () => {
    test.each(named(updates.cases))('%s', (_, entry) => {
      const { dtype = 'float32', rates, error, steps } = entry;
      const parameters = updates.start.map((stored) => leaf(stored, dtype));
      if (error !== undefined) {
        assertRefused(() => make(entry, parameters), error);
        return;
      }
      const optimizer = make(entry, parameters);
      updates.gradients.forEach((gradients, step) => {
        optimizer.zeroGrad();
        if (rates !== undefined) optimizer.paramGroups[0]!.lr = rates[step]!;
        parameters.forEach((parameter, i) => {
          const gradient = gradients[i];
          parameter.grad = gradient ? place({ ...gradient, dtype }, device) : null;
        });
        optimizer.step();
        assertClose(
          parameters.map((p, i) => [`parameter ${i} after step ${step}`, p, steps[step]![i], drift(dtype)]),
        );
      });
    });
  });

  describe('regression', () => {
    test.each(named(regression.cases))('%s', (_, entry) => {
      const [x, y] = [place(regression.x, device), place(regression.y, device)];
      const parameters = regression.start.map((stored) => leaf(stored));
      const [w1, b1, w2] = parameters as [Tensor, Tensor, Tensor];
      const optimizer = make(entry, parameters);
      entry.steps.forEach((expected, step) => {
        optimizer.zeroGrad();
        const loss = train.mse(x.matmul(w1).add(b1).tanh().matmul(w2), y);
        loss.backward();
        optimizer.step();
        const stored = { shape: [], data: [entry.losses.data[step]!] };
        assertClose([
          [`loss at step ${step}`, loss, stored, { tolerance: { rtol: 1e-5 } }],
          ...parameters.map(
            (p, i) =>
              [
                `parameter ${i} after step ${step}`,
                p,
                expected[i],
                { tolerance: { rtol: 1e-5, atol: 5e-6 } },
              ] as const,
          ),
        ]);
      });
    });
  });

  describe('clipping', () => {
    test.each(named(clipping))('%s', (_, { kind, limit, options, gradients, norm, clipped }) => {
      const parameters = gradients.map((gradient) => {
        const parameter = leaf(gradient ?? { shape: [2], data: [0, 0] });
        parameter.grad = gradient && place(gradient, device);
        return parameter;
      });
      if (kind === 'norm') {
        const decoded = decodeArguments(options, () => undefined) as object;
        assertClose([['norm', train.clipGradNorm(parameters, limit, decoded), norm]]);
      } else {
        train.clipGradValue(parameters, limit);
      }
      assertClose(clipped.map((gradient, i) => [`gradient ${i}`, parameters[i]!.grad, gradient]));
    });
  });
});
