import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { setNumThreads } from '../../src/backend/threads.ts';
import {
  compile,
  type DType,
  F,
  keep,
  manualSeed,
  nn,
  noGrad,
  rand,
  randn,
  type Tensor,
  zeros,
} from '../../src/index.ts';
import { cases } from '../random-calls/compare.ts';
import { native } from './engine.ts';

/** Bits of elements, all NaN being alike. */
const bits = (x: Tensor): string => {
  const elements = x.data().slice();
  for (const [i, element] of elements.entries()) if (Number.isNaN(element)) elements[i] = Number.NaN;
  return Buffer.from(elements.buffer).toString('hex');
};

const stepKinds = [
  'linear',
  'narrow',
  'activation',
  'residual',
  'columns',
  'state',
  'kept',
  'softmax',
  'recurrent',
  'scale',
  'choice',
  'product',
  'half',
  'rolled',
  'layerNorm',
  'attention',
] as const;
const activations = ['tanh', 'relu', 'sigmoid', 'leakyRelu', 'square'] as const;

interface Step {
  readonly kind: (typeof stepKinds)[number];
  readonly width: number;
  readonly activation: (typeof activations)[number];
}

interface Program {
  readonly rows: number;
  readonly dtype: DType;
  readonly inputs: number;
  readonly steps: readonly Step[];
  readonly outputs: number;
  readonly loss: 'mse' | 'bce' | 'crossEntropy';
  /** Another way to run it than recorded on two threads. */
  readonly other: readonly [threads: number, isRecorded: boolean];
}

const widths = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom(16, 17, 32, 40, 70));
const programs: fc.Arbitrary<Program> = fc.record({
  rows: fc.oneof(fc.integer({ min: 500, max: 1100 }), fc.constantFrom(512, 512, 513, 801, 1024, 1024, 1537)),
  dtype: fc.constantFrom<DType>('float32', 'float32', 'float32', 'float64'),
  inputs: widths,
  steps: fc.array(
    fc.record({
      kind: fc.constantFrom(...stepKinds),
      width: widths,
      activation: fc.constantFrom(...activations),
    }),
    { minLength: 2, maxLength: 9 },
  ),
  outputs: fc.constant(3),
  loss: fc.constantFrom('mse' as const, 'bce' as const, 'crossEntropy' as const),
  other: fc.constantFrom([1, true] as const, [3, true] as const, [3, false] as const),
});

/** Rows of few elements, which nothing but the step reads, so that they are worked on as lines; few of them, too. */
const narrowSteps = ['linear', 'linear', 'narrow', 'activation', 'residual', 'product', 'columns'] as const;
const narrowPrograms: fc.Arbitrary<Program> = fc.record({
  rows: fc.oneof(
    fc.integer({ min: 2, max: 70 }),
    fc.integer({ min: 500, max: 1100 }),
    fc.constantFrom(512, 513, 1025),
  ),
  dtype: fc.constant<DType>('float32'),
  inputs: fc.integer({ min: 1, max: 9 }),
  steps: fc.array(
    fc.record({
      kind: fc.constantFrom(...narrowSteps),
      width: fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 1, max: 8 }) }, fc.constant(9)),
      activation: fc.constantFrom(...activations),
    }),
    { minLength: 2, maxLength: 9 },
  ),
  outputs: fc.constant(1),
  loss: fc.constantFrom('mse' as const, 'bce' as const),
  other: fc.constantFrom([1, true] as const, [3, true] as const, [3, false] as const),
});

/** Trains for some steps; the bits of all that is left, and of what each step gave. */
function outcome(
  { rows, dtype, inputs, steps, outputs, loss }: Program,
  threads: number,
  isRecorded: boolean,
): string[] {
  setNumThreads(threads);
  manualSeed(rows);
  const parameters: Tensor[] = [];
  const draw = (...shape: number[]): Tensor => rand(shape, { dtype }).mul(4).sub(2);
  const parameter = (...shape: number[]): Tensor => {
    const drawn = keep(
      draw(...shape)
        .mul(shape.at(-1)! ** -0.5)
        .detach()
        .requiresGrad_(),
    );
    parameters.push(drawn);
    return drawn;
  };
  const states: Tensor[] = [];
  let width = inputs;
  const past: number[] = [];
  const layers = [...steps, { kind: 'linear', width: outputs, activation: 'tanh' } as const].map(
    ({ kind, width: next, activation }): ((x: Tensor, before: Tensor[]) => Tensor) => {
      const like = past.indexOf(width);
      past.push(width);
      switch (kind) {
        case 'linear':
        case 'narrow': {
          const weight = parameter(next, width);
          const bias = kind === 'linear' ? parameter(next) : undefined;
          width = next;
          return (x) => F.linear(x, weight, bias);
        }
        case 'activation':
          return (x) => x[activation]();
        case 'residual':
          return (x, before) => x.add(before[like] ?? 1).mul(0.5);
        case 'columns':
          return (x) => x.sub(x.mean(0));
        case 'softmax':
          return (x) => x.softmax(1);
        case 'recurrent': {
          const layer = new nn.GRU(width, next).to({ dtype });
          parameters.push(...layer.parameters());
          width = next;
          return (x) => layer.forward(x.unsqueeze(0))[0].squeeze(0);
        }
        case 'scale': {
          const factor = parameter(width);
          return (x) => x.mul(factor);
        }
        case 'choice':
          return (x) => x.where(x.gt(0.1), x.mul(-0.5));
        case 'product':
          return (x, before) => x.mul(before[like]?.sigmoid() ?? 2);
        case 'half': {
          const half = Math.ceil(width / 2);
          const first = width - half;
          width = half;
          return (x) => x.narrow(1, first, half);
        }
        case 'rolled':
          return (x) => x.add(x.roll(1, 0)).mul(0.5);
        case 'layerNorm': {
          const [factor, bias] = [parameter(width), parameter(width)];
          const normalized = width;
          return (x) => F.layerNorm(x, [normalized], factor, bias);
        }
        case 'attention': {
          const length = [8, 4, 3].find((each) => rows % each === 0) ?? 1;
          const options = { batchFirst: activation !== 'tanh' };
          const layer = new nn.MultiheadAttention(width, width % 2 === 0 ? 2 : 1, options).to({ dtype });
          parameters.push(...layer.parameters());
          const size = width;
          const inputs = {
            needWeights: false,
            isCausal: activation === 'relu',
            attnMask: activation === 'square' ? draw(length, length) : undefined,
          };
          return (x) => {
            const sequences = x.reshape([-1, length, size]);
            return layer.forward(sequences, sequences, sequences, inputs)[0].reshape([rows, size]);
          };
        }
        case 'state': {
          const state = keep(zeros([width], { dtype }));
          states.push(state);
          return (x) => {
            noGrad(() => state.mul_(0.9).add_(x.detach().sum(0)));
            return x;
          };
        }
        default: {
          const state = keep(zeros([rows, width], { dtype }));
          states.push(state);
          return (x) => {
            noGrad(() => state.copy_(x.detach()));
            return x.add(state);
          };
        }
      }
    },
  );
  const [x, y] = [keep(draw(rows, inputs)), keep(rand([rows, outputs], { dtype }))];
  const plain = (input: Tensor, target: Tensor): Tensor => {
    const before: Tensor[] = [];
    let output = input;
    for (const layer of layers) {
      before.push(output);
      output = layer(output, before);
    }
    const value =
      loss === 'mse'
        ? F.mseLoss(output, target)
        : loss === 'bce'
          ? F.binaryCrossEntropy(output.sigmoid(), target)
          : F.crossEntropy(output, target.argmax(1));
    for (const each of parameters) each.grad = null;
    value.backward();
    noGrad(() => {
      for (const each of parameters) each.sub_(each.grad!.mul(0.1));
    });
    return value.detach();
  };
  const losses: string[] = [];
  if (isRecorded) {
    const step = compile(plain);
    for (let i = 0; i < 3; i++) losses.push(bits(step(x, y)));
    losses.push(...step.runMany(2, [x, y]).unbind().map(bits));
  } else {
    for (let i = 0; i < 5; i++) losses.push(bits(plain(x, y)));
  }
  return [...losses, ...parameters.flatMap((each) => [bits(each), bits(each.grad!)]), ...states.map(bits)];
}

describe.skipIf(native === undefined)('steps whose rows are shared by threads', () => {
  afterAll(() => setNumThreads(2));

  test.each([
    ['rows of any width', programs],
    ['narrow rows', narrowPrograms],
  ])('leave the bits of eager ones: %s', (_, drawn) => {
    fc.assert(
      fc.property(drawn, (program) => {
        const eager = outcome(program, 1, false);
        expect(outcome(program, 2, true)).toEqual(eager);
        expect(outcome(program, ...program.other)).toEqual(eager);
      }),
      { numRuns: cases(20) },
    );
  });

  test.each([8, 24])('leave the bits of eager ones in many chunks, too, %d elements a row', (width) => {
    const program: Program = {
      rows: 40_000,
      dtype: 'float32',
      inputs: 4,
      steps: [
        { kind: 'linear', width, activation: 'tanh' },
        { kind: 'activation', width, activation: 'tanh' },
        { kind: 'narrow', width: 5, activation: 'relu' },
      ],
      outputs: 3,
      loss: 'mse',
      other: [3, true],
    };
    const eager = outcome(program, 1, false);
    for (const threads of [1, 2, 3]) expect(outcome(program, threads, true)).toEqual(eager);
  });

  test('leave gradients and parameters as they were where a target is out of range', () => {
    setNumThreads(2);
    manualSeed(3);
    const [weight, bias, last] = [randn([6, 4]), randn([6]), randn([1, 6])].map((each) =>
      keep(each.detach().requiresGrad_()),
    ) as [Tensor, Tensor, Tensor];
    const parameters = [weight, bias, last];
    const step = compile((x: Tensor, y: Tensor) => {
      const value = F.binaryCrossEntropy(F.linear(F.linear(x, weight, bias).tanh(), last).sigmoid(), y);
      for (const each of parameters) each.grad = null;
      value.backward();
      noGrad(() => {
        for (const each of parameters) each.sub_(each.grad!.mul(0.1));
      });
      return value.detach();
    });
    const [x, y] = [keep(randn([2000, 4])), keep(rand([2000, 1]))];
    for (let i = 0; i < 4; i++) step(x, y);
    const before = parameters.flatMap((each) => [bits(each), bits(each.grad!)]);
    y.select(0, 1500).fill_(2);
    expect(() => step(x, y)).toThrow('binaryCrossEntropy');
    expect(parameters.flatMap((each) => [bits(each), bits(each.grad!)])).toEqual(before);
    y.select(0, 1500).fill_(0.5);
    expect(step(x, y).item()).toBeGreaterThan(0);
  });
});
