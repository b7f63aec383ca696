import { describe, test } from 'vitest';
import { cuda } from './engine.ts';
import { arrayOf, blank, execute, expectClose, numbers, operand, sum } from './fused-calls.ts';

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
