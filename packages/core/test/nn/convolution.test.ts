import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Backend, View } from '../../src/backend/backend.ts';
import { getNumThreads, setNumThreads } from '../../src/backend/threads.ts';
import type { TypedArray } from '../../src/dtype.ts';
import {
  compile,
  F,
  full,
  grad,
  manualSeed,
  nn,
  noGrad,
  ones,
  randn,
  type Tensor,
  tensor,
  zeros,
} from '../../src/index.ts';
import {
  composedBackwardInput,
  composedBackwardWeight,
  composedConvolution,
} from '../../src/ops/composed-convolution.ts';
import { convolve, convolveBackwardInput, convolveBackwardWeight } from '../../src/ops/convolution.ts';
import { hasFloat64 } from '../float64.ts';
import { cases } from '../random-calls/compare.ts';
import { type ConvolutionCall, callsOf, compareConvolution, geometry } from '../random-calls/convolution.ts';
import { memoryOf, place } from '../random-calls/operand.ts';

/* Outputs, gradients and initial states are checked against PyTorch in golden.test.ts; here is what is around them. */

const { backend } = tensor(0).storage;

type Convolution = (call: ConvolutionCall['attributes'], a: View, b: View, bias?: View) => View;
type Convolutions = { readonly [K in ConvolutionCall['kind']]: Convolution };

const composed: Convolutions = {
  conv2d: composedConvolution,
  conv2dBackwardInput: composedBackwardInput,
  conv2dBackwardWeight: composedBackwardWeight,
};
const chosen: Convolutions = {
  conv2d: convolve,
  conv2dBackwardInput: convolveBackwardInput,
  conv2dBackwardWeight: convolveBackwardWeight,
};

function run({ kind, inputs, attributes }: ConvolutionCall, by: Convolutions, on: Backend): TypedArray[] {
  const views = inputs.map((view) => place(view, on)) as [View, View, View?];
  const result = by[kind](attributes, ...views);
  result.storage.retain();
  try {
    return [memoryOf(result)];
  } finally {
    for (const view of [result, ...views]) view?.storage.release();
  }
}

describe('of any geometry', () => {
  const dtypes = hasFloat64 ? (['float32', 'float64'] as const) : (['float32'] as const);
  test.each(dtypes)('compositions and what the engine chooses are those of the definition, %s', (dtype) => {
    fc.assert(
      fc.property(geometry(3, 5), fc.boolean(), (sizes, hasBias) => {
        for (const call of callsOf(sizes, dtype, hasBias)) {
          compareConvolution(call, backend, run(call, composed, backend));
          compareConvolution(call, backend, run(call, chosen, backend));
        }
      }),
      { numRuns: cases(40) },
    );
  });
});

/** A net of all forms of convolution, for images [N, 2, 7, 6]. */
class Net extends nn.Module {
  first = new nn.Conv2d(2, 4, 3, { padding: 'same' });
  grouped = new nn.Conv2d(4, 4, [2, 3], { stride: 2, groups: 2, padding: [1, 0], paddingMode: 'reflect' });
  up = new nn.ConvTranspose2d(4, 3, 3, { stride: 2, outputPadding: 1 });
  along = new nn.Conv1d(3, 2, 3, { dilation: 2, bias: false });

  forward(x: Tensor): Tensor {
    const images = this.up.forward(this.grouped.forward(this.first.forward(x).relu()).relu());
    return this.along.forward(images.flatten(2));
  }
}

/** The losses of a few steps of gradient descent and the weights behind them. */
function train(isCompiled: boolean, steps = 6): number[][] {
  manualSeed(5);
  const model = new Net();
  const batches = Array.from({ length: steps }, () => randn([3, 2, 7, 6]));
  const step = (x: Tensor): Tensor => {
    for (const parameter of model.parameters()) parameter.grad = null;
    const loss = model.forward(x).square().mean();
    loss.backward();
    noGrad(() => {
      for (const parameter of model.parameters()) parameter.sub_(parameter.grad!.mul(0.1));
    });
    return loss;
  };
  const run = isCompiled ? compile(step) : step;
  const losses = batches.map((x) => run(x).item());
  return [losses, ...model.parameters().map((parameter) => [...parameter.data()])];
}

test.skipIf(backend.capture === undefined)('compiled steps have the bits of eager ones', () => {
  expect(train(true)).toEqual(train(false));
});

describe.skipIf(backend.name !== 'native')('threads', () => {
  const before = getNumThreads();
  afterAll(() => setNumThreads(before));

  test('1, 2 and 3 give the same bits', () => {
    const [one, two, three] = [1, 2, 3].map((count) => {
      setNumThreads(count);
      return train(false, 2);
    });
    expect(two).toEqual(one);
    expect(three).toEqual(one);
  });
});

test('a batch without samples gives gradients of 0', () => {
  const layer = new nn.Conv2d(2, 3, 3);
  const up = new nn.ConvTranspose2d(3, 2, 3);
  const y = up.forward(layer.forward(zeros([0, 2, 5, 5])));
  expect(y.shape).toEqual([0, 2, 5, 5]);
  y.sum().backward();
  for (const { grad: slope, shape } of [...layer.parameters(), ...up.parameters()]) {
    expect(slope?.shape).toEqual(shape);
    expect(slope?.abs().sum().item()).toBe(0);
  }
});

test('images that are padding alone give the bias', () => {
  const y = F.conv2d(zeros([1, 1, 0, 1]), ones([1, 1, 2, 2]), tensor([3]), { padding: 1 });
  expect(y.toArray()).toEqual([[[[3, 3]]]]);
  expect(F.conv2d(zeros([1, 0, 2, 2]), zeros([1, 0, 2, 2]), tensor([5])).toArray()).toEqual([[[[5]]]]);
});

test('integers beyond int32 are refused, with and without a bias', () => {
  const int = (value: number, shape: number[]): Tensor => full(shape, value, { dtype: 'int32' });
  const x = int(2 ** 15, [1, 1, 1, 2]);
  expect(F.conv2d(x, int(2 ** 15, [1, 1, 1, 1])).toArray()).toEqual([[[[2 ** 30, 2 ** 30]]]]);
  expect(() => F.conv2d(x, int(2 ** 15, [1, 1, 1, 2])).data()).toThrow('2147483648');
  const almost = () => F.conv2d(x, int(2 ** 15, [1, 1, 1, 1]), int(2 ** 30, [1])).data();
  expect(almost).toThrow('2147483648');
});

test('a gradient that is differentiated again is the same as one that is not', () => {
  const [x, weight, bias] = [randn([2, 3, 5, 5]), randn([4, 3, 3, 3]), randn([4])].map((t) =>
    t.requiresGrad_(),
  );
  const slopes = (createGraph: boolean): number[][] =>
    grad(F.conv2d(x!, weight!, bias, { padding: 1 }).square().sum(), [x!, weight!, bias!], {
      createGraph,
    }).map((slope) => [...slope!.data()]);
  const [plain, recorded] = [slopes(false), slopes(true)];
  plain.flat().forEach((value, i) => {
    expect(value).toBeCloseTo(recorded.flat()[i]!, 3);
  });
});

describe('the modules', () => {
  test("have PyTorch's text", () => {
    const modules = [
      new nn.Conv2d(4, 4, 3, {
        padding: 'same',
        groups: 2,
        bias: false,
        dilation: 2,
        paddingMode: 'reflect',
      }),
      new nn.Conv1d(4, 4, 3, { stride: 2, padding: 1 }),
      new nn.Conv2d(1, 6, [5, 3]),
      new nn.ConvTranspose2d(4, 6, 3, {
        ...{ stride: 2, outputPadding: 1, padding: 1, dilation: 2, groups: 2, bias: false },
      }),
      new nn.ConvTranspose1d(2, 3, 4),
      new nn.Unfold([2, 3], { padding: [1, 0] }),
      new nn.Fold(4, [2, 3]),
    ];
    expect(modules.map(String)).toEqual([
      'Conv2d(4, 4, kernel_size=(3, 3), stride=(1, 1), padding=same, dilation=(2, 2), groups=2, bias=False, padding_mode=reflect)',
      'Conv1d(4, 4, kernel_size=(3,), stride=(2,), padding=(1,))',
      'Conv2d(1, 6, kernel_size=(5, 3), stride=(1, 1))',
      'ConvTranspose2d(4, 6, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), dilation=(2, 2), output_padding=(1, 1), groups=2, bias=False)',
      'ConvTranspose1d(2, 3, kernel_size=(4,), stride=(1,))',
      'Unfold(kernel_size=(2, 3), dilation=1, padding=(1, 0), stride=1)',
      'Fold(output_size=4, kernel_size=(2, 3), dilation=1, padding=0, stride=1)',
    ]);
  });

  test('refuse what does not fit', () => {
    const refused: [() => unknown, string][] = [
      [
        () => new nn.Conv2d(3, 4, 3, { groups: 2 }),
        'Conv2d: expected inChannels to be a multiple of groups=2, got 3',
      ],
      [
        () => new nn.Conv2d(4, 3, 3, { groups: 2 }),
        'Conv2d: expected outChannels to be a multiple of groups=2, got 3',
      ],
      [
        () => new nn.Conv2d(4, 4, 3, { padding: 'same', stride: 2 }),
        "Conv2d: expected a stride of 1 with padding 'same', got [2, 2]",
      ],
      [
        () => new nn.Conv2d(4, 4, 3, { padding: 'full' as 'same' }),
        "Conv2d: expected padding to be 'same' or 'valid', got \"full\"",
      ],
      [
        () => new nn.Conv1d(4, 4, 3, { paddingMode: 'constant' as 'zeros' }),
        "Conv1d: expected paddingMode to be 'zeros', 'reflect', 'replicate' or 'circular', got \"constant\"",
      ],
      [
        () => new nn.Conv2d(4, 4, [3, 3, 3]),
        'Conv2d: expected kernelSize to be an integer of at least 1, or 2 of them, got [3, 3, 3]',
      ],
      [
        () => new nn.Conv2d(4, 4, 3).forward(zeros([2, 3, 5, 5])),
        'Conv2d: expected an input of shape [N, 4, H, W] or [4, H, W], got [2, 3, 5, 5]',
      ],
      [
        () => new nn.ConvTranspose1d(4, 4, 3).forward(zeros([4])),
        'ConvTranspose1d: expected an input of shape [N, 4, L] or [4, L], got [4]',
      ],
      [
        () => new nn.ConvTranspose2d(2, 4, 3, { stride: 2 }).forward(zeros([1, 2, 4, 4]), [9, 11]),
        'ConvTranspose2d: expected an outputSize from [9, 9] to [10, 10] for an input of shape [1, 2, 4, 4], got [9, 11]',
      ],
      [
        () => new nn.ConvTranspose2d(2, 4, 3, { stride: 2 }).forward(zeros([1, 2, 4, 4]), [4, 9, 9]),
        'ConvTranspose2d: expected an outputSize of 2 or 4 sizes, got [4, 9, 9]',
      ],
    ];
    for (const [make, message] of refused) expect(make).toThrow(message);
  });

  test('of a transposed convolution give the size that is asked for', () => {
    const up = new nn.ConvTranspose2d(2, 4, 3, { stride: 2 });
    expect(up.forward(zeros([1, 2, 4, 4])).shape).toEqual([1, 4, 9, 9]);
    expect(up.forward(zeros([1, 2, 4, 4]), [9, 10]).shape).toEqual([1, 4, 9, 10]);
    expect(up.forward(zeros([1, 2, 4, 4]), [1, 4, 10, 9]).shape).toEqual([1, 4, 10, 9]);
    expect(up.forward(zeros([2, 4, 4]), [10, 10]).shape).toEqual([4, 10, 10]);
  });

  test('without channels have no elements to draw', () => {
    manualSeed(1);
    const layer = new nn.Conv2d(0, 2, 3);
    expect(layer.weight.shape).toEqual([2, 0, 3, 3]);
    expect([...layer.forward(ones([1, 0, 4, 4])).data()]).toEqual(new Array(8).fill(0));
  });
});
