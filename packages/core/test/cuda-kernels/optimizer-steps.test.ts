import { describe, test } from 'vitest';
import type { View } from '../../src/backend/backend.ts';
import { cuda } from './engine.ts';
import { execute, expectClose, numbers, operand } from './fused-calls.ts';

/** An optimizer's step for one element: g with what it has of state, to the new state and parameter. */
type Rule = (
  param: number,
  g: number,
  state: readonly number[],
) => { param: number; state: readonly number[] };

describe.skipIf(cuda === undefined)('optimizer steps compute their formulas', () => {
  const counts = [1, 5, 1024, 1025, 3000, 7];
  const common = { count: counts.length, weightDecay: 0.01 };

  function check(
    kind: 'sgdStep' | 'adamStep' | 'rmspropStep' | 'adagradStep',
    attributes: object,
    scalars: readonly number[],
    groups: number,
    rule: Rule,
    lift = 0,
  ): void {
    for (const dtype of ['float32', 'float64'] as const) {
      for (const maximize of [false, true]) {
        const params = counts.map((count, i) => numbers(dtype, count, i));
        const gradients = counts.map((count, i) => numbers(dtype, count, 20 + i));
        const state = Array.from({ length: groups }, (_, group) =>
          counts.map((count, i) =>
            numbers(dtype, count, 100 * (group + 1) + i).map((x) =>
              Math.fround(Math.abs(x) + (group === 0 ? lift : 0)),
            ),
          ),
        );
        const place = (lists: readonly (readonly number[])[]): View[] =>
          lists.map((values) => operand(dtype, [values.length], values));
        const got = execute(
          kind,
          [...place(params), ...state.flatMap(place)],
          [operand(dtype, [scalars.length], scalars), ...place(gradients)],
          { ...common, maximize, ...attributes } as never,
        );
        const wanted = params.map((values, i) =>
          values.map((param, p) => {
            const g = (maximize ? -1 : 1) * gradients[i]![p]! + common.weightDecay * param;
            return rule(
              param,
              g,
              state.map((group) => group[i]![p]!),
            );
          }),
        );
        wanted.forEach((elements, i) => {
          expectClose(
            got[i]!,
            elements.map(({ param }) => param),
            dtype,
            16,
          );
          for (let group = 0; group < groups; group++) {
            const values = got[(group + 1) * counts.length + i]!;
            expectClose(
              values,
              elements.map(({ state }) => state[group]!),
              dtype,
              16,
            );
          }
        });
      }
    }
  }

  test('SGD', () => {
    const plain = { momentum: 0, dampening: 0, nesterov: false, isFirst: false };
    check('sgdStep', plain, [0.1], 0, (param, g) => ({ param: param - 0.1 * g, state: [] }));
    for (const nesterov of [false, true]) {
      for (const isFirst of [false, true]) {
        const attributes = { momentum: 0.9, dampening: 0.25, nesterov, isFirst };
        check('sgdStep', attributes, [0.1], 1, (param, g, [velocity]) => {
          const v = isFirst ? g : 0.9 * velocity! + 0.75 * g;
          return { param: param - 0.1 * (nesterov ? g + 0.9 * v : v), state: [v] };
        });
      }
    }
  });

  test('Adam', () => {
    const [size, correction, decay] = [0.01, 0.3, 0.99];
    for (const amsgrad of [false, true]) {
      const attributes = { beta1: 0.9, beta2: 0.99, eps: 1e-3, amsgrad };
      check(
        'adamStep',
        attributes,
        [size, correction, decay],
        amsgrad ? 3 : 2,
        (param, g, [m0, v0, most]) => {
          const m = 0.9 * m0! + 0.1 * g;
          const v = 0.99 * v0! + 0.01 * g * g;
          const spread = amsgrad ? Math.max(most!, v) : v;
          const step = (size * m) / (Math.sqrt(spread) / correction + 1e-3);
          return { param: decay * param - step, state: amsgrad ? [m, v, spread] : [m, v] };
        },
      );
    }
  });

  test('RMSprop', () => {
    for (const momentum of [0, 0.9]) {
      for (const centered of [false, true]) {
        const attributes = { alpha: 0.9, eps: 0.5, momentum, centered };
        const groups = 1 + (momentum > 0 ? 1 : 0) + (centered ? 1 : 0);
        // The mean of squares starts large, so that s − a² is no difference of almost equal numbers.
        check(
          'rmspropStep',
          attributes,
          [0.01],
          groups,
          (param, g, state) => {
            const s = 0.9 * state[0]! + 0.1 * g * g;
            const a = 0.9 * state.at(-1)! + 0.1 * g;
            const spread = centered ? s - a * a : s;
            const b = momentum * (momentum > 0 ? state[1]! : 0) + g / (Math.sqrt(spread) + 0.5);
            const kept = [s, ...(momentum > 0 ? [b] : []), ...(centered ? [a] : [])];
            return { param: param - 0.01 * b, state: kept };
          },
          5,
        );
      }
    }
  });

  test('Adagrad', () => {
    check('adagradStep', { eps: 1e-3 }, [0.05], 1, (param, g, [s0]) => {
      const s = s0! + g * g;
      return { param: param - (0.05 * g) / (Math.sqrt(s) + 1e-3), state: [s] };
    });
  });
});
