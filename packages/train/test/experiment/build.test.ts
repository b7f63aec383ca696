import { init, manualSeed, nn, tensor } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import { buildMetrics } from '../../src/experiment/build-metrics.ts';
import { buildModel, buildTraining, type ExperimentInput, mse, type TrainSteps } from '../../src/index.ts';
import { experiment, valuesOf } from './set-up.ts';

describe('the model', () => {
  const build = (model: ExperimentInput['model'], shape: readonly number[]) => {
    manualSeed(5);
    return buildModel(experiment({ model }), shape);
  };

  test('is made first, and initialized then, layer by layer', () => {
    const { model } = build(
      [
        { type: 'linear', out: 20, init: { weight: 'kaimingNormal', bias: 'zeros' } },
        'relu',
        { type: 'linear', out: 3, init: { weight: { type: 'xavierUniform', gain: 2 } } },
      ],
      [7],
    );
    manualSeed(5);
    const [a, b] = [new nn.Linear(7, 20), new nn.Linear(20, 3)];
    init.kaimingNormal(a.weight);
    init.zeros(a.bias!);
    init.xavierUniform(b.weight, 2);
    expect(valuesOf(model)).toEqual(valuesOf(new nn.Sequential(a, new nn.ReLU(), b)));
  });

  test('has every layer with its options, and shapes that follow from one to the next', () => {
    const { model, outputShape } = build(
      [
        'flatten',
        { type: 'linear', out: 8, bias: false },
        { type: 'batchNorm', eps: 0.01, momentum: 0.5 },
        { type: 'leakyRelu', negativeSlope: 0.2 },
        { type: 'layerNorm', eps: 0.1 },
        { type: 'gelu', approximate: 'tanh' },
        { type: 'elu', alpha: 2 },
        { type: 'softplus', beta: 2, threshold: 10 },
        { type: 'dropout', p: 0.25 },
        'sigmoid',
        'tanh',
        'silu',
        { type: 'linear', out: 5 },
        'softmax',
        'logSoftmax',
      ],
      [2, 3],
    );
    expect(outputShape).toEqual([5]);
    expect(`${model}`).toBe(`Sequential(
  (0): Flatten(start_dim=1, end_dim=-1)
  (1): Linear(in_features=6, out_features=8, bias=False)
  (2): BatchNorm1d(8, eps=0.01, momentum=0.5, affine=True, bias=True, track_running_stats=True)
  (3): LeakyReLU(negative_slope=0.2)
  (4): LayerNorm((8,), eps=0.1, elementwise_affine=True, bias=True)
  (5): GELU(approximate='tanh')
  (6): ELU(alpha=2.0)
  (7): Softplus(beta=2.0, threshold=10.0)
  (8): Dropout(p=0.25, inplace=False)
  (9): Sigmoid()
  (10): Tanh()
  (11): SiLU()
  (12): Linear(in_features=8, out_features=5, bias=True)
  (13): Softmax(dim=-1)
  (14): LogSoftmax(dim=-1)
)`);
  });

  test('in float64 is initialized in float64', () => {
    const settings = experiment({
      dtype: 'float64',
      model: [{ type: 'linear', out: 4, init: { weight: 'normal', bias: { type: 'constant', value: 0.1 } } }],
    });
    const { model } = buildModel(settings, [5]);
    expect(model.parameters().map(({ dtype }) => dtype)).toEqual(['float64', 'float64']);
    const [weight, bias] = valuesOf(model);
    expect(weight!.every((value) => Math.fround(value) !== value)).toBe(true);
    expect(bias).toEqual(Array(4).fill(0.1));
  });

  test('with a straight-through ReLU passes every gradient on', () => {
    const gradients = (straightThrough: boolean) => {
      const { model } = build([{ type: 'relu', straightThrough }], [3]);
      const x = tensor([[-1.3, 0, 2.7]], { requiresGrad: true });
      const y = model.forward(x);
      y.backward(tensor([[1, 2, 3]]));
      return [y.toArray(), x.grad!.toArray()];
    };
    expect(gradients(true)).toEqual([[[0, 0, Math.fround(2.7)]], [[1, 2, 3]]]);
    expect(gradients(false)).toEqual([[[0, 0, Math.fround(2.7)]], [[0, 0, 3]]]);
  });
});

describe('metrics', () => {
  test('take the outputs of bceWithLogits for logits, those of bce for probabilities', () => {
    const [output, target] = [tensor([[-0.1], [0.4], [0.6]]), tensor([[0], [1], [1]])];
    const accuracyOf = (loss: 'bce' | 'bceWithLogits') => {
      const { accuracy } = buildMetrics(
        { metrics: ['accuracy'], loss: { type: loss, reduction: 'mean' } },
        false,
      );
      accuracy!.update(output, target);
      return accuracy!.compute();
    };
    expect(accuracyOf('bceWithLogits')).toBe(1);
    expect(accuracyOf('bce')).toBeCloseTo(2 / 3);
  });
});

describe('the schedule', () => {
  /** Learning rates of the steps. */
  async function rates(change: Partial<ExperimentInput>): Promise<number[]> {
    const set = experiment({ data: { source: 'xor', batchSize: 2 }, ...change });
    const { trainer, batches, validation } = await buildTraining(set);
    const seen: number[] = [];
    const callback = {
      name: 'rates',
      onTrainBatchEnd: ({ lr }: TrainSteps) => void seen.push(...lr),
    };
    await trainer.fit(batches, { epochs: set.epochs, validation, callbacks: [callback] });
    return seen.map((rate) => Number(rate.toPrecision(6)));
  }

  test.each<[schedule: ExperimentInput['schedule'], expected: number[]]>([
    [undefined, [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]],
    [{ type: 'step', stepSize: 2, gamma: 0.5 }, [0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05]],
    [
      { type: 'exponential', gamma: 0.5, per: 'step' },
      [0.1, 0.05, 0.025, 0.0125, 0.00625, 0.003125, 0.0015625, 0.00078125],
    ],
    [{ type: 'multiStep', milestones: [1, 3], gamma: 0.1 }, [0.1, 0.1, 0.01, 0.01, 0.01, 0.01, 0.001, 0.001]],
    ['cosine', [0.1, 0.1, 0.0853553, 0.0853553, 0.05, 0.05, 0.0146447, 0.0146447]],
    [{ type: 'cosine', warmUp: 1 }, [0.05, 0.05, 0.1, 0.1, 0.075, 0.075, 0.025, 0.025]],
    [{ type: 'warmUp', startFactor: 0.5, totalIters: 4 }, [0.05, 0.0625, 0.075, 0.0875, 0.1, 0.1, 0.1, 0.1]],
    [
      { type: 'step', per: 'step', stepSize: 3, gamma: 0.1, warmUp: 3 },
      [0.025, 0.05, 0.075, 0.1, 0.1, 0.1, 0.01, 0.01],
    ],
  ])('%j', async (schedule, expected) => {
    expect(await rates(schedule === undefined ? {} : { schedule })).toEqual(expected);
  });

  test('one cycle goes up and down over the whole training', async () => {
    const optimizer = { type: 'sgd', lr: 0.1, momentum: 0.9 } as const;
    const seen = await rates({ optimizer, schedule: { type: 'oneCycle', maxLr: 1, divFactor: 10 } });
    expect(seen[0]).toBe(0.1);
    expect(Math.max(...seen)).toBeGreaterThan(0.9);
    expect(seen.at(-1)).toBeLessThan(1e-4);
  });
});

test('every loss and optimizer can be built and takes a step', async () => {
  const losses: ExperimentInput['loss'][] = [
    'mse',
    'l1',
    'bceWithLogits',
    { type: 'huber', delta: 2, reduction: 'sum' },
    { type: 'bceWithLogits', posWeight: [2] },
  ];
  const optimizers: ExperimentInput['optimizer'][] = [
    { type: 'sgd', lr: 0.1, momentum: 0.9, nesterov: true },
    'adam',
    'adamW',
    'rmsprop',
    'adagrad',
  ];
  for (const loss of losses) {
    for (const optimizer of optimizers) {
      const { trainer, batches, model } = await buildTraining(experiment({ loss, optimizer }));
      const before = valuesOf(model);
      await trainer.fit(batches, { epochs: 1 });
      expect(valuesOf(model)).not.toEqual(before);
    }
  }
});

test('the loss of an experiment is the function of the same name', async () => {
  const { trainer, trainEvaluation, model } = await buildTraining(experiment({}));
  const [batch] = trainEvaluation!;
  const evaluated = await trainer.evaluate(trainEvaluation!);
  expect(evaluated!.measured.loss).toBe(mse(model.forward(batch![0]), batch![1]).item());
});

test('a batch size that leaves nothing is refused', async () => {
  const data = { source: 'xor', batchSize: 5, dropLast: true } as const;
  await expect(buildTraining(experiment({ data }))).rejects.toThrow(
    'built: data.batchSize: expected at most 4, the number of samples, with dropLast, got 5',
  );
});
