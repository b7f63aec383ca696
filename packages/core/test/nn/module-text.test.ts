import { inspect } from 'node:util';
import { nn, ones, type Tensor } from '@kindling/core';
import { expect, test } from 'vitest';

/** What PyTorch 2.15 prints for the same modules. */
const texts: readonly (readonly [nn.Module, string])[] = [
  [new nn.Linear(4, 3), 'Linear(in_features=4, out_features=3, bias=True)'],
  [new nn.Linear(4, 3, { bias: false }), 'Linear(in_features=4, out_features=3, bias=False)'],
  [new nn.LayerNorm(5), 'LayerNorm((5,), eps=1e-05, elementwise_affine=True, bias=True)'],
  [
    new nn.LayerNorm([3, 5], { eps: 0.1, elementwiseAffine: false }),
    'LayerNorm((3, 5), eps=0.1, elementwise_affine=False, bias=False)',
  ],
  [
    new nn.BatchNorm1d(3),
    'BatchNorm1d(3, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)',
  ],
  [
    new nn.BatchNorm1d(3, { eps: 1e-3, momentum: null, affine: false, trackRunningStats: false }),
    'BatchNorm1d(3, eps=0.001, momentum=None, affine=False, bias=False, track_running_stats=False)',
  ],
  [new nn.Dropout(), 'Dropout(p=0.5, inplace=False)'],
  [new nn.Embedding(3, 4), 'Embedding(3, 4)'],
  [new nn.Embedding(3, 4, { paddingIdx: -1 }), 'Embedding(3, 4, padding_idx=2)'],
  [new nn.Embedding(3, 4, { maxNorm: 1.5, normType: 1 }), 'Embedding(3, 4, max_norm=1.5, norm_type=1.0)'],
  [new nn.Flatten(), 'Flatten(start_dim=1, end_dim=-1)'],
  [new nn.ReLU(), 'ReLU()'],
  [new nn.LeakyReLU(), 'LeakyReLU(negative_slope=0.01)'],
  [new nn.Sigmoid(), 'Sigmoid()'],
  [new nn.Tanh(), 'Tanh()'],
  [new nn.GELU(), "GELU(approximate='none')"],
  [new nn.GELU({ approximate: 'tanh' }), "GELU(approximate='tanh')"],
  [new nn.SiLU(), 'SiLU()'],
  [new nn.ELU(), 'ELU(alpha=1.0)'],
  [new nn.Softplus(), 'Softplus(beta=1.0, threshold=20.0)'],
  [new nn.Softplus(2, 3.5), 'Softplus(beta=2.0, threshold=3.5)'],
  [new nn.Softmax(1), 'Softmax(dim=1)'],
  [new nn.LogSoftmax(-1), 'LogSoftmax(dim=-1)'],
  [
    new nn.BatchNorm2d(3),
    'BatchNorm2d(3, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)',
  ],
  [
    new nn.InstanceNorm1d(3, { affine: true, momentum: 0.5 }),
    'InstanceNorm1d(3, eps=1e-05, momentum=0.5, affine=True, bias=True, track_running_stats=False)',
  ],
  [
    new nn.InstanceNorm2d(2, { trackRunningStats: true }),
    'InstanceNorm2d(2, eps=1e-05, momentum=0.1, affine=False, bias=False, track_running_stats=True)',
  ],
  [new nn.Dropout1d(0.2), 'Dropout1d(p=0.2, inplace=False)'],
  [new nn.Dropout2d(), 'Dropout2d(p=0.5, inplace=False)'],
  [new nn.MaxPool1d(3), 'MaxPool1d(kernel_size=3, stride=3, padding=0, dilation=1, ceil_mode=False)'],
  [
    new nn.MaxPool2d([2, 3], { stride: [1, 2], padding: 1, ceilMode: true }),
    'MaxPool2d(kernel_size=(2, 3), stride=(1, 2), padding=1, dilation=1, ceil_mode=True)',
  ],
  [new nn.AvgPool1d(2), 'AvgPool1d(kernel_size=(2,), stride=(2,), padding=(0,))'],
  [new nn.AvgPool2d(2, { stride: [1, 2] }), 'AvgPool2d(kernel_size=2, stride=(1, 2), padding=0)'],
  [new nn.AdaptiveAvgPool1d(4), 'AdaptiveAvgPool1d(output_size=4)'],
  [new nn.AdaptiveAvgPool2d([null, 3]), 'AdaptiveAvgPool2d(output_size=(None, 3))'],
  [new nn.ZeroPad1d(2), 'ZeroPad1d((2, 2))'],
  [new nn.ConstantPad1d(1, 2), 'ConstantPad1d(padding=(1, 1), value=2)'],
  [new nn.ConstantPad2d(1, 3.5), 'ConstantPad2d(padding=(1, 1, 1, 1), value=3.5)'],
  [new nn.CircularPad2d([1, 0, 2, 1]), 'CircularPad2d((1, 0, 2, 1))'],
  [new nn.Upsample({ scaleFactor: 2 }), "Upsample(scale_factor=2.0, mode='nearest')"],
  [new nn.Upsample({ size: [3, 4], mode: 'bilinear' }), "Upsample(size=(3, 4), mode='bilinear')"],
  [new nn.Upsample({ scaleFactor: [2, 1.5] }), "Upsample(scale_factor=(2.0, 1.5), mode='nearest')"],
  [
    new nn.UpsamplingBilinear2d({ scaleFactor: 2 }),
    "UpsamplingBilinear2d(scale_factor=2.0, mode='bilinear')",
  ],
  [new nn.PixelShuffle(2), 'PixelShuffle(upscale_factor=2)'],
  [new nn.PixelUnshuffle(3), 'PixelUnshuffle(downscale_factor=3)'],
  [new nn.Sequential(), 'Sequential()'],
  [
    new nn.TransformerEncoder(new nn.TransformerEncoderLayer(4, 2, { dimFeedforward: 6 }), 2, {
      norm: new nn.LayerNorm(4, { bias: false }),
    }),
    `TransformerEncoder(
  (layers): ModuleList(
    (0-1): 2 x TransformerEncoderLayer(
      (self_attn): MultiheadAttention(
        (out_proj): NonDynamicallyQuantizableLinear(in_features=4, out_features=4, bias=True)
      )
      (linear1): Linear(in_features=4, out_features=6, bias=True)
      (dropout): Dropout(p=0.1, inplace=False)
      (linear2): Linear(in_features=6, out_features=4, bias=True)
      (norm1): LayerNorm((4,), eps=1e-05, elementwise_affine=True, bias=True)
      (norm2): LayerNorm((4,), eps=1e-05, elementwise_affine=True, bias=True)
      (dropout1): Dropout(p=0.1, inplace=False)
      (dropout2): Dropout(p=0.1, inplace=False)
    )
  )
  (norm): LayerNorm((4,), eps=1e-05, elementwise_affine=True, bias=False)
)`,
  ],
];

test.each(texts.map(([module, text]) => [text, module] as const))('%s', (text, module) => {
  expect(String(module)).toBe(text);
});

test('nested modules are indented, lists and objects of modules named after their PyTorch classes', () => {
  class Net extends nn.Module {
    readonly layers = [new nn.Linear(2, 2), new nn.Sequential(new nn.ReLU())];
    readonly heads = { a: new nn.Linear(2, 1) };
    readonly scale = new nn.Parameter(ones([2]));
    readonly sizes = [1, 2];

    forward(x: Tensor): Tensor {
      return x;
    }
    protected override extraRepr(): string {
      return 'size=2';
    }
  }
  const text = `Net(
  size=2
  (layers): ModuleList(
    (0): Linear(in_features=2, out_features=2, bias=True)
    (1): Sequential(
      (0): ReLU()
    )
  )
  (heads): ModuleDict(
    (a): Linear(in_features=2, out_features=1, bias=True)
  )
)`;
  expect(String(new Net())).toBe(text);
  expect(inspect(new Net())).toBe(text);
});

test('neighbours of one text in a list are written once', () => {
  class Net extends nn.Module {
    readonly layers = [1, 1, 2, 1, 1, 1].map((size) => new nn.Linear(1, size));
    readonly blocks = [1, 2].map(() => new nn.Sequential(new nn.ReLU(), new nn.ReLU()));

    forward(x: Tensor): Tensor {
      return x;
    }
  }
  expect(String(new Net())).toBe(`Net(
  (layers): ModuleList(
    (0-1): 2 x Linear(in_features=1, out_features=1, bias=True)
    (2): Linear(in_features=1, out_features=2, bias=True)
    (3-5): 3 x Linear(in_features=1, out_features=1, bias=True)
  )
  (blocks): ModuleList(
    (0-1): 2 x Sequential(
      (0): ReLU()
      (1): ReLU()
    )
  )
)`);
});

test.each([
  [1e-5, '1e-05'],
  [0.0001, '0.0001'],
  [1.5e-7, '1.5e-07'],
  [2, '2.0'],
  [0, '0.0'],
  [1e16, '1e+16'],
  [123456789012345, '123456789012345.0'],
])('a float option %d is written as Python writes it', (slope, text) => {
  expect(String(new nn.LeakyReLU(slope))).toBe(`LeakyReLU(negative_slope=${text})`);
});
