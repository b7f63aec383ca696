import {
  compile,
  F,
  full,
  gradcheck,
  manualSeed,
  nn,
  noGrad,
  ones,
  rand,
  randn,
  type Tensor,
  tensor,
  zeros,
} from '@kindling/core';
import { describe, expect, test } from 'vitest';
import { hasFloat64 } from '../float64.ts';

const closeTo = (actual: Tensor, expected: Tensor, digits = 5): void => {
  expect(actual.shape).toEqual(expected.shape);
  expect(actual.sub(expected).abs().max().item()).toBeLessThan(10 ** -digits);
};

describe('scaledDotProductAttention', () => {
  const [q, k, v] = [ones([2, 3, 4]), ones([2, 5, 4]), ones([2, 5, 2])] as const;

  test.each<[string, () => unknown, string]>([
    [
      'keys and values of two lengths',
      () => F.scaledDotProductAttention(q, k, ones([2, 4, 2])),
      'scaledDotProductAttention: expected shapes [..., L, E], [..., S, E] and [..., S, Ev], got [2, 3, 4], [2, 5, 4], [2, 4, 2]',
    ],
    [
      'batches that do not broadcast',
      () => F.scaledDotProductAttention(q, ones([3, 5, 4]), ones([3, 5, 2])),
      'scaledDotProductAttention: expected shapes that broadcast, got [2] and [3]',
    ],
    [
      'integers',
      () => F.scaledDotProductAttention(q.int(), k.int(), v.int()),
      'scaledDotProductAttention: expected a floating-point query, got int32',
    ],
    [
      'a mask that is none',
      () => F.scaledDotProductAttention(q, k, v, { attnMask: [[true]] as unknown as Tensor }),
      'scaledDotProductAttention: expected attnMask to be a tensor, got [[…]]',
    ],
    [
      'a mask of another shape',
      () => F.scaledDotProductAttention(q, k, v, { attnMask: ones([3, 4]) }),
      'scaledDotProductAttention: expected attnMask to broadcast to [2, 3, 5], got [3, 4]',
    ],
    [
      'a mask and a causal one',
      () => F.scaledDotProductAttention(q, k, v, { attnMask: ones([3, 5]), isCausal: true }),
      'scaledDotProductAttention: expected attnMask or isCausal, got both',
    ],
    [
      'a misspelt option',
      () => F.scaledDotProductAttention(q, k, v, { causal: true } as object),
      'scaledDotProductAttention: expected options among attnMask, dropoutP, isCausal, scale, enableGqa, got "causal"; did you mean isCausal?',
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
  });

  test('with equal scores gives the mean of the values', () => {
    const values = randn([2, 5, 3]);
    closeTo(F.scaledDotProductAttention(q, k, values), values.mean(1, { keepdim: true }).expand([2, 3, 3]));
  });

  test('does not change where all scores grow by the same', () => {
    const [query, key, value] = [randn([3, 4, 6]), randn([3, 7, 6]), randn([3, 7, 6])];
    const shifted = F.scaledDotProductAttention(query, key, value, { attnMask: full([4, 7], 3) });
    closeTo(shifted, F.scaledDotProductAttention(query, key, value));
  });

  test('moves with its keys: an order of keys and values does not matter', () => {
    const [query, key, value] = [randn([2, 4, 6]), randn([2, 7, 6]), randn([2, 7, 6])];
    const turned = F.scaledDotProductAttention(query, key.flip(1), value.flip(1));
    closeTo(turned, F.scaledDotProductAttention(query, key, value));
  });

  test('causal is the mask of all earlier positions, and no later one changes an output', () => {
    const [query, key, value] = [randn([2, 6, 4]), randn([2, 6, 4]), randn([2, 6, 4])];
    const causal = F.scaledDotProductAttention(query, key, value, { isCausal: true });
    closeTo(causal, F.scaledDotProductAttention(query, key, value, { attnMask: ones([6, 6]).tril().bool() }));
    const later = value.clone();
    later.narrow(1, 4, 2).fill_(Number.NaN);
    const changed = F.scaledDotProductAttention(query, key, later.narrow(1, 0, 6).nanToNum(), {
      isCausal: true,
    });
    closeTo(changed.narrow(1, 0, 4), causal.narrow(1, 0, 4));
  });

  test('drops weights as dropout does', () => {
    const [query, key, value] = [randn([2, 4, 3]), randn([2, 5, 3]), randn([2, 5, 3])];
    manualSeed(3);
    const dropped = F.scaledDotProductAttention(query, key, value, { dropoutP: 0.5 });
    manualSeed(3);
    const weights = query.matmul(key.transpose(1, 2)).div(Math.sqrt(3)).softmax(-1).dropout(0.5);
    closeTo(dropped, weights.matmul(value));
  });
});

describe('MultiheadAttention', () => {
  const attention = new nn.MultiheadAttention(4, 2);
  const x = rand([3, 2, 4]);

  test.each<[string, () => unknown, string]>([
    [
      'heads that do not divide the size',
      () => new nn.MultiheadAttention(5, 2),
      'MultiheadAttention: expected an embedDim that 2 heads divide, got 5',
    ],
    [
      'no heads',
      () => new nn.MultiheadAttention(4, 0),
      'MultiheadAttention: expected numHeads to be an integer of at least 1, got 0',
    ],
    [
      'a probability above 1',
      () => new nn.MultiheadAttention(4, 2, { dropout: 2 }),
      'MultiheadAttention: expected a probability in [0, 1], got 2',
    ],
    [
      'another size',
      () => attention.forward(rand([3, 2, 5]), x, x),
      'MultiheadAttention: expected shapes [L, N, 4], [S, N, 4] and [S, N, 4], or those without N, got [3, 2, 5], [3, 2, 4], [3, 2, 4]',
    ],
    [
      'another batch',
      () => attention.forward(x, rand([3, 1, 4]), rand([3, 1, 4])),
      'MultiheadAttention: expected shapes [L, N, 4], [S, N, 4] and [S, N, 4], or those without N, got [3, 2, 4], [3, 1, 4], [3, 1, 4]',
    ],
    [
      'a mask of another shape',
      () => attention.forward(x, x, x, { attnMask: zeros([3, 4]) }),
      'MultiheadAttention: expected an attnMask of shape [3, 3] or [4, 3, 3], got [3, 4]',
    ],
    [
      'padding of another shape',
      () => attention.forward(x, x, x, { keyPaddingMask: zeros([3, 2]) }),
      'MultiheadAttention: expected a keyPaddingMask of shape [2, 3], got [3, 2]',
    ],
    [
      'a mask of integers',
      () => attention.forward(x, x, x, { attnMask: zeros([3, 3], { dtype: 'int32' }) }),
      'MultiheadAttention: expected attnMask of bool or float32, got int32',
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
  });

  test('gives the same with weights and without them, and each way that they are averaged', () => {
    const masks = {
      keyPaddingMask: tensor([
        [false, true, false],
        [false, false, true],
      ]),
      isCausal: true,
    };
    const [output, mean] = attention.forward(x, x, x, masks);
    const [alone, none] = attention.forward(x, x, x, { ...masks, needWeights: false });
    const [, each] = attention.forward(x, x, x, { ...masks, averageAttnWeights: false });
    closeTo(alone, output);
    expect(none).toBeUndefined();
    expect(each!.shape).toEqual([2, 2, 3, 3]);
    closeTo(each!.mean(1), mean!);
    closeTo(mean!.sum(-1), ones([2, 3]));
  });

  test('batchFirst only turns the axes', () => {
    const first = new nn.MultiheadAttention(4, 2, { batchFirst: true });
    first.loadStateDict(attention.stateDict());
    const turned = x.transpose(0, 1);
    const [expected, weights] = attention.forward(x, x, x);
    const [output, same] = first.forward(turned, turned, turned);
    closeTo(output.transpose(0, 1), expected);
    closeTo(same!, weights!);
  });

  test('isCausal with learned keys hides later positions alone', () => {
    const module = new nn.MultiheadAttention(4, 2, { addBiasKv: true, addZeroAttn: true });
    const attnMask = nn.Transformer.generateSquareSubsequentMask(3);
    closeTo(module.forward(x, x, x, { isCausal: true })[0], module.forward(x, x, x, { attnMask })[0]);
  });

  test('a query that sees nothing gets the bias of the last layer alone', () => {
    const [output, weights] = attention.forward(x, x, x, { keyPaddingMask: ones([2, 3]).bool() });
    closeTo(output, attention.outProj.bias!.expand([3, 2, 4]));
    expect(weights!.data().every((weight) => weight === 0)).toBe(true);
  });

  test.runIf(hasFloat64)('has the gradients of central differences', () => {
    const module = new nn.MultiheadAttention(4, 2, { addBiasKv: true, kdim: 3 }).to('float64');
    const inputs = [
      [2, 1, 4],
      [3, 1, 3],
      [3, 1, 4],
    ].map((shape) => randn(shape, { dtype: 'float64', requiresGrad: true }));
    for (const needWeights of [true, false]) {
      expect(gradcheck((q, k, v) => module.forward(q!, k!, v!, { needWeights })[0], inputs)).toBe(true);
    }
  });
});

describe('transformers', () => {
  const options = { dimFeedforward: 6, dropout: 0 };

  test('layers of an encoder are copies with parameters of their own, and draw nothing', () => {
    const layer = new nn.TransformerEncoderLayer(4, 2, options);
    layer.linear1.weight.requiresGrad_(false);
    layer.eval();
    manualSeed(1);
    const before = rand([1]).item();
    manualSeed(1);
    const encoder = new nn.TransformerEncoder(layer, 2, { norm: new nn.LayerNorm(4) });
    expect(rand([1]).item()).toBe(before);
    const [first, second] = encoder.layers as [nn.TransformerEncoderLayer, nn.TransformerEncoderLayer];
    expect(first).toBeInstanceOf(nn.TransformerEncoderLayer);
    expect(Object.keys(first.stateDict())).toEqual(Object.keys(layer.stateDict()));
    expect(new Set([layer, first, second].flatMap((module) => module.parameters())).size).toBe(3 * 12);
    expect(first.linear1.weight.requiresGrad).toBe(false);
    expect(first.training).toBe(false);
    noGrad(() => first.linear1.weight.fill_(7));
    expect(second.linear1.weight.data()).toEqual(layer.linear1.weight.data());
  });

  test('a layer of one’s own is copied with all that it holds', () => {
    class Layer extends nn.TransformerEncoderLayer {
      readonly gate = new nn.Sequential(new nn.Linear(4, 4), new nn.Sigmoid());
      readonly extras = [new nn.Linear(4, 4)];
      readonly table = new nn.ParameterDict({ scale: new nn.Parameter(ones([4])) });
      readonly statistics = { mean: new nn.Buffer(zeros([4]), { persistent: false }) };

      override forward(src: Tensor): Tensor {
        return super.forward(src).mul(this.gate.forward(src)).mul(this.table.get('scale')!);
      }
    }
    const layer = new Layer(4, 2, options);
    const encoder = new nn.TransformerEncoder(layer, 2);
    const copied = encoder.layers[0] as Layer;
    expect(copied).toBeInstanceOf(Layer);
    expect(copied.gate.length).toBe(2);
    expect(Object.keys(copied.stateDict())).toEqual(Object.keys(layer.stateDict()));
    expect(copied.table.get('scale')).not.toBe(layer.table.get('scale'));
    expect(copied.buffers()[0]!.persistent).toBe(false);
    const x = rand([3, 2, 4]);
    closeTo(encoder.forward(x), layer.forward(layer.forward(x)));
  });

  test('isCausal is the mask of generateSquareSubsequentMask', () => {
    const model = new nn.Transformer({
      dModel: 4,
      nhead: 2,
      numEncoderLayers: 1,
      numDecoderLayers: 2,
      ...options,
    });
    const [src, tgt] = [rand([5, 2, 4]), rand([3, 2, 4])];
    const mask = (size: number) => nn.Transformer.generateSquareSubsequentMask(size);
    const masked = model.forward(src, tgt, { srcMask: mask(5), tgtMask: mask(3) });
    closeTo(model.forward(src, tgt, { srcIsCausal: true, tgtIsCausal: true }), masked);
  });

  test('an activation may be any function', () => {
    const layer = new nn.TransformerEncoderLayer(4, 2, { ...options, activation: (x) => x.gelu() });
    const named = new nn.TransformerEncoderLayer(4, 2, { ...options, activation: 'gelu' });
    named.loadStateDict(layer.stateDict());
    const x = rand([3, 2, 4]);
    closeTo(layer.forward(x), named.forward(x));
  });

  test.each<[string, () => unknown, string]>([
    [
      'an unknown activation',
      () => new nn.TransformerEncoderLayer(4, 2, { activation: 'tanh' as 'relu' }),
      `TransformerEncoderLayer: expected activation to be 'relu', 'gelu' or a function, got "tanh"`,
    ],
    [
      'a layer that is none',
      () => new nn.TransformerEncoder({} as nn.TransformerEncoderLayer, 2),
      'TransformerEncoder: expected a layer, got an object',
    ],
    [
      'no layers',
      () => new nn.TransformerDecoder(new nn.TransformerDecoderLayer(4, 2, options), 0),
      'TransformerDecoder: expected numLayers to be an integer in [1, 1000], got 0',
    ],
    [
      'a norm that is none',
      () =>
        new nn.TransformerEncoder(new nn.TransformerEncoderLayer(4, 2, options), 1, {
          norm: 'norm' as unknown as nn.Module,
        }),
      'TransformerEncoder: expected norm to be a module, got "norm"',
    ],
    [
      'two batches',
      () =>
        new nn.Transformer({ dModel: 4, nhead: 2, numEncoderLayers: 1, numDecoderLayers: 1 }).forward(
          rand([5, 2, 4]),
          rand([5, 3, 4]),
        ),
      'Transformer: expected src and tgt of one batch, got [5, 2, 4] and [5, 3, 4]',
    ],
    [
      'a size that is none',
      () => nn.Transformer.generateSquareSubsequentMask(-1),
      'generateSquareSubsequentMask: expected size to be an integer of at least 0, got -1',
    ],
  ])('refuse %s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});

describe('PositionalEncoding', () => {
  test('adds sines and cosines of the positions', () => {
    const encoding = new nn.PositionalEncoding(5, { dropout: 0, maxLen: 10 });
    const table = encoding.forward(zeros([4, 5]));
    const expected = [0, 1, 2, 3].map((position) =>
      [0, 1, 2, 3, 4].map((column) => {
        const angle = position / 10000 ** ((column - (column % 2)) / 5);
        return column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
      }),
    );
    closeTo(table, tensor(expected));
    closeTo(encoding.forward(zeros([4, 2, 5])).select(1, 1), table);
    const first = new nn.PositionalEncoding(5, { dropout: 0, batchFirst: true });
    closeTo(first.forward(zeros([2, 4, 5])).select(0, 1), table);
    expect(Object.keys(encoding.stateDict())).toEqual([]);
  });

  test('refuses what is too long or of another size', () => {
    const encoding = new nn.PositionalEncoding(4, { maxLen: 3 });
    for (const shape of [[4, 2, 4], [3, 2, 5], [4]]) {
      expect(() => encoding.forward(zeros(shape))).toThrow(
        `PositionalEncoding: expected an input [L, N, 4] or [L, 4] with L of at most 3, got [${shape.join(', ')}]`,
      );
    }
  });
});

test('a compiled step of an encoder layer has the bits of an eager one', () => {
  const run = (isCompiled: boolean): number[] => {
    manualSeed(5);
    const layer = new nn.TransformerEncoderLayer(8, 2, { dimFeedforward: 12, dropout: 0.1 });
    const step = (x: Tensor): Tensor => {
      layer.zeroGrad();
      const loss = layer.forward(x, { isCausal: true }).square().mean();
      loss.backward();
      noGrad(() => {
        for (const parameter of layer.parameters()) parameter.sub_(parameter.grad!.mul(0.1));
      });
      return loss.detach();
    };
    const each = isCompiled ? compile(step) : step;
    const losses = Array.from({ length: 6 }, () => each(rand([5, 3, 8])).item());
    return [...losses, ...layer.parameters().flatMap((parameter) => [...parameter.data()])];
  };
  expect(run(true)).toEqual(run(false));
});
