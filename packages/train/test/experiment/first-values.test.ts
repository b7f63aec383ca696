import { init, manualSeed, NumpyRandomState, nn } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import { buildModel } from '../../src/experiment/build-model.ts';
import { ExperimentError, type ExperimentInput } from '../../src/index.ts';
import { experiment, valuesOf } from './set-up.ts';

describe('first values of parameters', () => {
  type InitInput = NonNullable<
    Extract<ExperimentInput['model'][number], { type: 'linear'; init?: unknown }>['init']
  >;
  const built = (
    weight: NonNullable<InitInput['weight']>,
    change: Partial<ExperimentInput> = {},
  ): number[] => {
    manualSeed(3);
    const settings = experiment({
      model: [{ type: 'linear', out: 4, init: { weight, bias: 'ones' } }],
      ...change,
    });
    const [values, bias] = valuesOf(buildModel(settings, [3]).model);
    expect(bias).toEqual([1, 1, 1, 1]);
    return values!;
  };
  const drawn = (fill: (weight: nn.Parameter) => unknown): number[] => {
    manualSeed(3);
    const { weight } = new nn.Linear(3, 4);
    fill(weight);
    return [...weight.data()];
  };

  test.each<[NonNullable<InitInput['weight']>, (weight: nn.Parameter) => unknown]>([
    ['kaimingNormal', (w) => init.kaimingNormal(w)],
    [
      { type: 'kaimingNormal', mode: 'fanOut', nonlinearity: 'relu' },
      (w) => init.kaimingNormal(w, { mode: 'fanOut', nonlinearity: 'relu' }),
    ],
    ['kaimingUniform', (w) => init.kaimingUniform(w)],
    [{ type: 'kaimingUniform', a: 0.5 }, (w) => init.kaimingUniform(w, { a: 0.5 })],
    ['xavierNormal', (w) => init.xavierNormal(w)],
    [{ type: 'xavierNormal', gain: 3 }, (w) => init.xavierNormal(w, 3)],
    [{ type: 'xavierUniform', gain: 3 }, (w) => init.xavierUniform(w, 3)],
    [{ type: 'normal', mean: 1, std: 2 }, (w) => init.normal(w, 1, 2)],
    [{ type: 'uniform', low: -1, high: 2 }, (w) => init.uniform(w, -1, 2)],
    [{ type: 'constant', value: 0.5 }, (w) => init.constant(w, 0.5)],
    ['zeros', (w) => init.zeros(w)],
    ['ones', (w) => init.ones(w)],
  ])('%j are those of the function', (weight, fill) => {
    expect(built(weight)).toEqual(drawn(fill));
  });

  test("drawn by NumPy's generator, where the experiment says so", () => {
    const numpy = { generator: 'numpy', seed: 5, dtype: 'float64' } as const;
    const random = (): NumpyRandomState => new NumpyRandomState(5);
    expect(built({ type: 'normal', mean: 1, std: 2 }, numpy)).toEqual([...random().normal(1, 2, 12)]);
    expect(built({ type: 'uniform', low: -1, high: 2 }, numpy)).toEqual([...random().uniform(-1, 2, 12)]);
    expect(built({ type: 'constant', value: 3 }, numpy)).toEqual(Array(12).fill(3));
  });

  test('a layer that says how many come in must be right', () => {
    const settings = (of: number) => experiment({ model: [{ type: 'linear', in: of, out: 2 }] });
    expect(buildModel(settings(3), [3]).outputShape).toEqual([2]);
    expect(() => buildModel(settings(4), [2, 3])).toThrow(
      'built: model.0.in: expected 3, the last size of the input shape [2, 3], got 4',
    );
    expect(() => buildModel(settings(4), [3])).toThrow(ExperimentError);
    expect(buildModel(experiment({ model: [{ type: 'linear', out: 2 }] }), [5, 3]).outputShape).toEqual([
      5, 2,
    ]);
  });
});
