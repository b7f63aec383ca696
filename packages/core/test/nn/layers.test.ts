import { ArgumentError, DTypeError, manualSeed, nn, ones, ShapeError, tensor, zeros } from '@kindling/core';
import { describe, expect, test } from 'vitest';

/* Outputs, gradients and initial states are checked against PyTorch in golden.test.ts; here is what is around them. */

test("the XOR network starts from PyTorch's weights", () => {
  manualSeed(777);
  const model = new nn.Sequential(
    new nn.Linear(2, 2),
    new nn.Sigmoid(),
    new nn.Linear(2, 1),
    new nn.Sigmoid(),
  );
  expect(model.namedParameters().map(([name, parameter]) => [name, parameter.toArray()])).toEqual([
    [
      '0.weight',
      [
        [-0.5912610292434692, -0.01253354549407959],
        [-0.13676391541957855, -0.1613335758447647],
      ],
    ],
    ['0.bias', [0.5392711758613586, 0.5389550924301147]],
    ['2.weight', [[0.31713369488716125, 0.004631179850548506]]],
    ['2.bias', [0.45943158864974976]],
  ]);
});

describe('Linear', () => {
  test('refuses an input of another last size, and sizes that are none', () => {
    const layer = new nn.Linear(4, 3);
    expect(() => layer.forward(ones([2, 5]))).toThrow(
      new ShapeError('Linear: expected an input of shape [..., 4], got [2, 5]'),
    );
    expect(() => layer.forward(ones([]))).toThrow(ShapeError);
    expect(() => new nn.Linear(1.5, 3)).toThrow(
      new ShapeError('Linear: expected sizes of at least 0, got [1.5, 3]'),
    );
  });

  test('without inputs gives its bias, which starts at 0', () => {
    expect(new nn.Linear(0, 2).forward(zeros([3, 0])).toArray()).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  });
});

describe('LayerNorm', () => {
  test('keeps the shape that it was given, whatever becomes of the array', () => {
    const shape = [2];
    const layer = new nn.LayerNorm(shape);
    shape.push(3);
    expect(layer.normalizedShape).toEqual([2]);
  });

  test('refuses an input that ends in another shape', () => {
    expect(() => new nn.LayerNorm(5).forward(ones([2, 4]))).toThrow(ShapeError);
  });
});

describe('BatchNorm1d', () => {
  const batch = tensor([
    [1, 2, 3],
    [3, 2, 7],
  ]);

  test('moves its statistics in training only', () => {
    const layer = new nn.BatchNorm1d(3);
    const statistics = () =>
      [layer.runningMean, layer.runningVar, layer.numBatchesTracked].map((b) => b?.toArray());
    const start = statistics();
    layer.eval().forward(batch);
    expect(statistics()).toEqual(start);
    layer.train().forward(batch);
    expect(layer.runningMean?.data()).toEqual(Float32Array.of(0.2, 0.2, 0.5));
    expect(layer.numBatchesTracked?.item()).toBe(1);
    layer.forward(batch);
    expect(layer.numBatchesTracked?.item()).toBe(2);
  });

  test('averages all batches alike when momentum is null', () => {
    const layer = new nn.BatchNorm1d(1, { momentum: null });
    for (const mean of [1, 5, 9]) layer.forward(tensor([[mean - 1], [mean + 1]]));
    expect(layer.runningMean?.item()).toBeCloseTo(5, 5);
    expect(layer.runningVar?.item()).toBeCloseTo(2, 5);
  });

  test('uses the batch in evaluation too where it tracks nothing', () => {
    const layer = new nn.BatchNorm1d(3, { trackRunningStats: false });
    const trained = layer.forward(batch).toArray();
    expect(layer.eval().forward(batch).toArray()).toEqual(trained);
    expect(layer.buffers()).toEqual([]);
  });

  test('refuses other ranks, channels, and a single value for each channel', () => {
    const layer = new nn.BatchNorm1d(3);
    const expected = 'BatchNorm1d: expected an input of shape [N, 3] or [N, 3, L]';
    expect(() => layer.forward(ones([3]))).toThrow(new ShapeError(`${expected}, got [3]`));
    expect(() => layer.forward(ones([2, 4]))).toThrow(new ShapeError(`${expected}, got [2, 4]`));
    expect(() => layer.forward(ones([2, 3, 4, 5]))).toThrow(new ShapeError(`${expected}, got [2, 3, 4, 5]`));
    expect(() => layer.forward(ones([1, 3]))).toThrow(ShapeError);
    expect(layer.eval().forward(ones([1, 3])).shape).toEqual([1, 3]);
  });
});

describe('Dropout', () => {
  test('draws anew in training, and does nothing in evaluation', () => {
    manualSeed(0);
    const layer = new nn.Dropout(0.5);
    const x = ones([64]);
    const [first, second] = [layer.forward(x).data(), layer.forward(x).data()];
    expect(new Set(first)).toEqual(new Set([0, 2]));
    expect(first).not.toEqual(second);
    expect(layer.eval().forward(x)).toBe(x);
  });

  test.each([-0.1, 1.1, Number.NaN])('refuses the probability %d', (p) => {
    expect(() => new nn.Dropout(p)).toThrow(
      new ArgumentError(`Dropout: expected a probability in [0, 1], got ${p}`),
    );
  });
});

describe('Embedding', () => {
  test('keeps the padding row at 0 and without gradient', () => {
    manualSeed(1);
    const layer = new nn.Embedding(4, 2, { paddingIdx: 1 });
    expect(layer.weight.toArray()).toEqual([
      [0.6613521575927734, 0.266924113035202],
      [0, 0],
      [-0.4519059658050537, -0.16613022983074188],
      [-1.522768497467041, 0.38168391585350037],
    ]);
    layer
      .forward(tensor([0, 1, 1, 3], { dtype: 'int32' }))
      .sum()
      .backward();
    expect(layer.weight.grad?.toArray()).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
      [1, 1],
    ]);
  });

  test('refuses rows that are not there, floats as indices, and a padding row outside the table', () => {
    const layer = new nn.Embedding(3, 2);
    expect(() => layer.forward(tensor([3], { dtype: 'int32' })).toArray()).toThrow(ShapeError);
    expect(() => layer.forward(tensor([0]))).toThrow(DTypeError);
    expect(() => new nn.Embedding(3, 2, { paddingIdx: 3 })).toThrow(
      new ArgumentError('Embedding: expected a paddingIdx in [-3, 2], got 3'),
    );
    expect(() => new nn.Embedding(3, 2, { paddingIdx: -4 })).toThrow(ArgumentError);
    expect(() => new nn.Embedding(3, 2, { maxNorm: 0 })).toThrow(
      new ArgumentError('Embedding: expected a maxNorm above 0, got 0'),
    );
    expect(() => new nn.Embedding(3, 2, { normType: -1 })).toThrow('Embedding: expected a normType above 0');
  });
});

test('layers draw in the order in which they are made', () => {
  manualSeed(5);
  const first = new nn.Sequential(new nn.Linear(2, 3), new nn.Embedding(2, 2));
  manualSeed(5);
  const linear = new nn.Linear(2, 3);
  const embedding = new nn.Embedding(2, 2);
  expect(first.parameters().map((p) => p.toArray())).toEqual(
    [linear.weight, linear.bias!, embedding.weight].map((p) => p.toArray()),
  );
});
