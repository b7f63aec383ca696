import { describe, expect, test } from 'vitest';
import { numel } from '../../src/shape.ts';
import { cuda } from './engine.ts';
import { blank, execute, expectClose, numbers, operand, sum } from './fused-calls.ts';

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
