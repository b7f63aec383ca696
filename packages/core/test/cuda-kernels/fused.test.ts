import { describe, expect, test } from 'vitest';
import type { View } from '../../src/backend/backend.ts';
import type { FusedKind, KernelAttributes, KernelCall } from '../../src/backend/kernels.ts';
import { type DType, dtypes, type TypedArray } from '../../src/dtype.ts';
import { contiguousStrides, numel } from '../../src/shape.ts';
import { differs } from '../random-calls/compare.ts';
import { memoryOf, place } from '../random-calls/operand.ts';
import { cuda } from './engine.ts';

type Float = 'float32' | 'float64';

const arrayOf = (dtype: DType, values: readonly number[]): TypedArray => {
  const array = dtypes[dtype].array(new ArrayBuffer(values.length * dtypes[dtype].bytes), 0, values.length);
  array.set(values);
  return array;
};

/** A contiguous operand with these elements. */
function operand(dtype: DType, shape: readonly number[], values: readonly number[]): View {
  const memory = arrayOf(dtype, values);
  return place({ dtype, shape, strides: contiguousStrides(shape), offset: 0, memory }, cuda!);
}

/** The same numbers each time, in (−2, 2), as the dtype holds them. */
function numbers(dtype: Float, count: number, seed: number): number[] {
  let state = seed >>> 0;
  const list = Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * 4;
  });
  return Array.from(arrayOf(dtype, list));
}

function execute<K extends FusedKind>(
  kind: K,
  outputs: readonly View[],
  inputs: readonly View[],
  attributes: KernelAttributes[K],
): number[][] {
  cuda!.execute({ kind, outputs, inputs, attributes } as unknown as KernelCall);
  return outputs.map((view) => Array.from(memoryOf(view)));
}

/** Expects floats within some units of the last place, and an error relative to `scale` for what cancels. */
function expectClose(got: readonly number[], wanted: readonly number[], dtype: Float, scale = 8): void {
  expect(got.length).toBe(wanted.length);
  const at = got.findIndex((value, i) => differs(value, wanted[i]!, dtype, { ulps: 8, scale }));
  if (at >= 0) expect.fail(`element ${at}: expected ${wanted[at]}, got ${got[at]}`);
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const blank = (dtype: DType, shape: readonly number[]): View =>
  operand(dtype, shape, new Array<number>(numel(shape)).fill(Number.NaN));

/** Calls back with each line of [outer, length, inner] and what puts one into a list of results. */
function mapLines(
  { outer, length, inner }: { outer: number; length: number; inner: number },
  line: (positions: readonly number[]) => readonly number[],
): number[] {
  const result = new Array<number>(outer * length * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const positions = Array.from({ length }, (_, l) => (o * length + l) * inner + i);
      line(positions).forEach((value, l) => {
        result[positions[l]!] = value;
      });
    }
  }
  return result;
}

function softmaxOf(x: readonly number[], log: boolean): number[] {
  const largest = x.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const total = sum(x.map((value) => Math.exp(value - largest)));
  return x.map((value) => (log ? value - largest - Math.log(total) : Math.exp(value - largest) / total));
}

const layouts = [
  { outer: 1, length: 1, inner: 1 },
  { outer: 37, length: 10, inner: 1 },
  { outer: 3, length: 300, inner: 1 },
  { outer: 2, length: 5, inner: 40 },
  { outer: 2, length: 2500, inner: 1 },
  { outer: 1, length: 130, inner: 7 },
];

const everywhere = layouts.flatMap((layout) =>
  (['float32', 'float64'] as const).map((dtype) => ({ ...layout, dtype })),
);

describe.skipIf(cuda === undefined)('fused kernels compute their formulas', () => {
  test.each(everywhere)('softmax of [$outer, $length, $inner] $dtype', ({ dtype, ...layout }) => {
    const shape = [layout.outer, layout.length, layout.inner];
    const x = numbers(dtype, numel(shape), 1);
    const grad = numbers(dtype, numel(shape), 2);
    for (const log of [false, true]) {
      const attributes = { ...layout, log };
      const y = mapLines(layout, (at) =>
        softmaxOf(
          at.map((p) => x[p]!),
          log,
        ),
      );
      const [got] = execute('softmax', [blank(dtype, shape)], [operand(dtype, shape, x)], attributes);
      expectClose(got!, y, dtype);
      const dx = mapLines(layout, (at) => {
        const total = sum(at.map((p) => (log ? grad[p]! : grad[p]! * y[p]!)));
        return at.map((p) => (log ? grad[p]! - Math.exp(y[p]!) * total : y[p]! * (grad[p]! - total)));
      });
      const inputs = [operand(dtype, shape, grad), operand(dtype, shape, y)];
      const [gotGradient] = execute('softmaxBackward', [blank(dtype, shape)], inputs, attributes);
      expectClose(gotGradient!, dx, dtype, 8 * layout.length);
    }
  });

  test('softmax of infinities and NaN', () => {
    const x = [1, Number.NEGATIVE_INFINITY, Number.NaN, 1, Number.POSITIVE_INFINITY, 0];
    const attributes = { outer: 3, length: 2, inner: 1, log: false };
    const [got] = execute('softmax', [blank('float32', [3, 2])], [operand('float32', [3, 2], x)], attributes);
    expect(got).toEqual([1, 0, Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  });

  const classShapes = [
    { rows: 1, classes: 1 },
    { rows: 70, classes: 10 },
    { rows: 3, classes: 2300 },
    { rows: 600, classes: 3 },
  ];
  test.each(classShapes.flatMap((s) => (['float32', 'float64'] as const).map((dtype) => ({ ...s, dtype }))))(
    'cross-entropy of [$rows, $classes] $dtype',
    ({ rows, classes, dtype }) => {
      const x = numbers(dtype, rows * classes, 3);
      for (const targetDType of ['int32', 'uint8'] as const) {
        const ignoreIndex = targetDType === 'int32' ? -100 : 255;
        const target = Array.from({ length: rows }, (_, row) =>
          row % 5 === 4 ? ignoreIndex : (row * 7) % Math.min(classes, 200),
        );
        const attributes = { rows, classes, ignoreIndex };
        const logs = mapLines({ outer: rows, length: classes, inner: 1 }, (at) =>
          softmaxOf(
            at.map((p) => x[p]!),
            true,
          ),
        );
        const counts = target.map((t) => t !== ignoreIndex);
        const losses = target.map((t, row) => (counts[row] ? -logs[row * classes + t]! : 0));
        const targets = operand(targetDType, [rows], target);
        const outputs = [blank(dtype, [rows]), blank(dtype, [rows, classes]), blank(dtype, [])];
        const got = execute(
          'crossEntropy',
          outputs,
          [operand(dtype, [rows, classes], x), targets],
          attributes,
        );
        expectClose(got[0]!, losses, dtype);
        expectClose(got[1]!, logs, dtype);
        expect(got[2]).toEqual([counts.filter(Boolean).length]);

        for (const gradStride of [0, 1]) {
          const grad = numbers(dtype, rows, 4);
          const dx = logs.map((log, p) => {
            const row = Math.floor(p / classes);
            const onehot = p % classes === target[row] ? 1 : 0;
            return counts[row] ? (Math.exp(log) - onehot) * grad[gradStride * row]! : 0;
          });
          const gradView = { ...operand(dtype, [rows], grad), strides: [gradStride] };
          const inputs = [operand(dtype, [rows, classes], logs), targets, gradView];
          const [gotGradient] = execute(
            'crossEntropyBackward',
            [blank(dtype, [rows, classes])],
            inputs,
            attributes,
          );
          expectClose(gotGradient!, dx, dtype);
        }
      }
    },
  );

  const rowShapes = [
    { rows: 5, length: 1 },
    { rows: 33, length: 10 },
    { rows: 3, length: 2500 },
    { rows: 3000, length: 40 },
  ];
  test.each(rowShapes.flatMap((s) => (['float32', 'float64'] as const).map((dtype) => ({ ...s, dtype }))))(
    'layer norm of [$rows, $length] $dtype',
    ({ rows, length, dtype }) => {
      const eps = 1e-3;
      const shape = [rows, length];
      const lines = { outer: rows, length, inner: 1 };
      const x = numbers(dtype, rows * length, 5);
      const grad = numbers(dtype, rows * length, 6);
      const weight = numbers(dtype, length, 7);
      const bias = numbers(dtype, length, 8);
      const rowOf = (values: readonly number[], row: number): number[] =>
        values.slice(row * length, (row + 1) * length);
      const means = Array.from({ length: rows }, (_, row) => sum(rowOf(x, row)) / length);
      const rstds = means.map((mean, row) => {
        const variance = sum(rowOf(x, row).map((value) => (value - mean) ** 2)) / length;
        return 1 / Math.sqrt(variance + eps);
      });
      const normal = mapLines(lines, (at) =>
        at.map((p) => (x[p]! - means[Math.floor(p / length)]!) * rstds[Math.floor(p / length)]!),
      );
      for (const affine of [0, 1, 2]) {
        const w = (p: number): number => (affine > 0 ? weight[p % length]! : 1);
        const y = normal.map((value, p) => value * w(p) + (affine > 1 ? bias[p % length]! : 0));
        const extra = [operand(dtype, [length], weight), operand(dtype, [length], bias)].slice(0, affine);
        const outputs = [blank(dtype, shape), blank(dtype, [rows]), blank(dtype, [rows])];
        const got = execute('layerNorm', outputs, [operand(dtype, shape, x), ...extra], {
          rows,
          length,
          eps,
        });
        expectClose(got[0]!, y, dtype, 64);
        expectClose(got[1]!, means, dtype);
        expectClose(got[2]!, rstds, dtype, 64);

        const h = grad.map((g, p) => g * w(p));
        const dx = mapLines(lines, (at) => {
          const mean = sum(at.map((p) => h[p]!)) / length;
          const product = sum(at.map((p) => h[p]! * normal[p]!)) / length;
          return at.map((p) => rstds[Math.floor(p / length)]! * (h[p]! - mean - normal[p]! * product));
        });
        const columns = Array.from({ length }, (_, l) =>
          Array.from({ length: rows }, (_, row) => row * length + l),
        );
        const wanted = [
          dx,
          columns.map((at) => sum(at.map((p) => grad[p]! * normal[p]!))),
          columns.map((at) => sum(at.map((p) => grad[p]!))),
        ];
        const gradients = [blank(dtype, shape), blank(dtype, [length]), blank(dtype, [length])];
        const inputs = [
          operand(dtype, shape, grad),
          operand(dtype, shape, x),
          operand(dtype, [rows], means),
          operand(dtype, [rows], rstds),
          ...extra.slice(0, 1),
        ];
        const found = execute('layerNormBackward', gradients.slice(0, affine + 1), inputs, { rows, length });
        found.forEach((values, i) => {
          expectClose(values, wanted[i]!, dtype, i === 0 ? 512 : 16 * rows);
        });
      }
    },
  );
});

describe.skipIf(cuda === undefined)(
  'losses of pairs and gradients of activations compute their formulas',
  () => {
    const logarithm = (x: number): number => Math.max(Math.log(x), -100);
    const losses = {
      mse: (x: number, y: number) => (x - y) ** 2,
      bce: (x: number, y: number) => (y - 1) * logarithm(1 - x) - y * logarithm(x),
    };
    const slopes = {
      mse: (x: number, y: number) => 2 * (x - y),
      bce: (x: number, y: number) => (x - y) / Math.max(x * (1 - x), 1e-12),
    };

    test.each([1, 100, 9000])('losses of %i pairs', (count) => {
      for (const dtype of ['float32', 'float64'] as const) {
        for (const kind of ['mse', 'bce'] as const) {
          const inUnit = (seed: number): number[] =>
            Array.from(
              arrayOf(
                dtype,
                numbers(dtype, count, seed).map((x) => x / 4 + 0.5),
              ),
            );
          const x = inUnit(1);
          const y = inUnit(2);
          const attributes = { divisor: 7 };
          const inputs = [operand(dtype, [count], x), operand(dtype, [count], y)];
          const [loss] = execute(kind, [blank(dtype, [])], inputs, attributes);
          expectClose(loss!, [sum(x.map((value, i) => losses[kind](value, y[i]!))) / 7], dtype, count);
          const [dx] = execute(
            `${kind}Backward`,
            [blank(dtype, [count])],
            [...inputs, operand(dtype, [], [3])],
            attributes,
          );
          expectClose(
            dx!,
            x.map((value, i) => (slopes[kind](value, y[i]!) * 3) / 7),
            dtype,
          );
        }
      }
    });

    test('gradients of activations, contiguous and not', () => {
      const rules = {
        tanh: (g: number, y: number) => g * (1 - y * y),
        sigmoid: (g: number, y: number) => g * (1 - y) * y,
        relu: (g: number, y: number) => (y <= 0 ? 0 : g),
        leakyRelu: (g: number, x: number) => (x > 0 ? g : g * 0.25),
        elu: (g: number, x: number) => (x > 0 ? g : g * 0.25 * Math.exp(x)),
        softplus: (g: number, x: number) => (x * 0.25 > 0.4 ? g : g / (1 + Math.exp(-x * 0.25))),
      };
      const [rows, columns] = [37, 30];
      for (const dtype of ['float32', 'float64'] as const) {
        const g = numbers(dtype, rows * columns, 1);
        const saved = numbers(dtype, rows * columns, 2);
        for (const [op, rule] of Object.entries(rules)) {
          const attributes = { op: op as keyof typeof rules, parameters: [0.25, 0.4] };
          const out = blank(dtype, [rows, columns]);
          const plain = [operand(dtype, [rows, columns], g), operand(dtype, [rows, columns], saved)];
          const [got] = execute('activationBackward', [out], plain, attributes);
          expectClose(
            got!,
            g.map((value, i) => rule(value, saved[i]!)),
            dtype,
          );
          const turned = { ...operand(dtype, [rows, columns], saved), strides: [1, rows] };
          const [other] = execute('activationBackward', [out], [plain[0]!, turned], attributes);
          const wanted = g.map((value, i) =>
            rule(value, saved[(i % columns) * rows + Math.floor(i / columns)]!),
          );
          expectClose(other!, wanted, dtype);
        }
      }
    });
  },
);

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
