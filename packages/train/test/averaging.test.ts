import { manualSeed, nn, rand, type Tensor, tensor } from '@kindling/core';
import { DataLoader, TensorDataset } from '@kindling/data';
import {
  AveragedWeights,
  type Batch,
  type Callback,
  mse,
  SGD,
  Trainer,
  WeightAveraging,
} from '@kindling/train';
import { describe, expect, test } from 'vitest';
import { decodeTree, encodeTree } from '../src/run/tensor-tree.ts';

const WEIGHTS = [1, 4, -2, 3.5, 0.25];

/** What `torch.optim.swa_utils.AveragedModel` of PyTorch 2.15 has after each of these weights. */
const expected = {
  equal: [1, 2.5, 1, 1.625, 1.350000023841858],
  decay: [1, 1.2999999523162842, 0.9699999690055847, 1.2229999303817749, 1.1256998777389526],
};

function averagesOf(decay: number | undefined): number[] {
  const model = new nn.Linear(1, 1, { bias: false });
  const average = new AveragedWeights(model, { decay });
  return WEIGHTS.map((weight) => {
    model.loadStateDict({ weight: tensor([[weight]]) });
    average.update();
    return average.stateDict().averages.weight!.item();
  });
}

describe('averages of weights', () => {
  test('are those of PyTorch', () => {
    expect(averagesOf(undefined)).toEqual(expected.equal.map((value) => expect.closeTo(value, 6)));
    expect(averagesOf(0.9)).toEqual(expected.decay.map((value) => expect.closeTo(value, 6)));
  });

  test('are refused before there are some, and for another model', () => {
    const model = new nn.Linear(2, 1);
    const average = new AveragedWeights(model);
    expect(() => average.copyTo(model)).toThrow(
      'AveragedWeights: expected an update before copyTo, got none',
    );
    average.update();
    const other = new AveragedWeights(new nn.Linear(3, 1));
    expect(() => other.loadStateDict(average.stateDict())).toThrow('AveragedWeights: expected the state');
    expect(() => new AveragedWeights(model, { decay: 1 })).toThrow(
      'AveragedWeights: expected a decay in [0, 1), got 1',
    );
  });
});

describe('a fit with averaged weights', () => {
  function setUp() {
    manualSeed(2);
    const model = new nn.Linear(2, 1);
    const trainer = new Trainer({ model, loss: mse, optimizer: new SGD(model.parameters(), { lr: 0.1 }) });
    const x = rand([12, 2]);
    const samples: TensorDataset<[Tensor, Tensor]> = new TensorDataset(x, x.sum(1, { keepdim: true }));
    const batches = new DataLoader<Batch, Batch>(samples as never, { batchSize: 4, shuffle: true });
    return { model, trainer, batches };
  }
  const valuesOf = (model: nn.Module) => model.parameters().map((parameter) => [...parameter.data()]);

  test('ends with the mean of the weights of its epochs', async () => {
    const { model, trainer, batches } = setUp();
    const seen: number[][][] = [];
    const watch = { name: 'watch', onTrainEpochEnd: () => void seen.push(valuesOf(model)) };
    await trainer.fit(batches, { epochs: 4, callbacks: [new WeightAveraging({ firstEpoch: 1 }), watch] });
    const mean = seen[0]!.map((values, p) =>
      values.map((_, i) => seen.slice(1).reduce((sum, epoch) => sum + epoch[p]![i]!, 0) / 3),
    );
    expect(valuesOf(model)).toEqual(mean.map((values) => values.map((value) => expect.closeTo(value, 6))));
  });

  test('evaluates and predicts with the average, and trains on with its own weights', async () => {
    const { model, trainer, batches } = setUp();
    const own: number[][][] = [];
    const evaluated: number[][][] = [];
    const x = rand([3, 2]);
    const watch: Callback = {
      name: 'watch',
      onTrainBatchesEnd: () => void own.push(valuesOf(model)),
      onTrainEpochEnd: (_, { weights }) => {
        evaluated.push(Object.values(weights).map((weight) => [...weight.data()]));
        expect(valuesOf(model)).toEqual(own.at(-1));
        const average = new nn.Linear(2, 1);
        average.loadStateDict(weights);
        expect([...trainer.predict(x).data()]).toEqual([...average.forward(x).data()]);
        expect(valuesOf(model)).toEqual(own.at(-1));
      },
    };
    await trainer.fit(batches, { epochs: 3, callbacks: [new WeightAveraging(), watch] });
    expect(evaluated[0]).toEqual(own[0]);
    expect(evaluated[1]).not.toEqual(own[1]);
    expect(valuesOf(model)).toEqual(evaluated[2]);
  });

  test('stopped in an evaluation, counts no epoch twice', async () => {
    const whole = setUp();
    await whole.trainer.fit(whole.batches, { epochs: 4, callbacks: [new WeightAveraging()] });
    const [sample] = setUp().batches;
    const half = setUp();
    const controller = new AbortController();
    let evaluations = 0;
    const validation = {
      *[Symbol.iterator]() {
        if (++evaluations === 2) controller.abort();
        yield sample!;
      },
    };
    const status = await half.trainer.fit(half.batches, {
      epochs: 4,
      validation,
      signal: controller.signal,
      callbacks: [new WeightAveraging()],
    });
    expect([status, half.trainer.epoch]).toEqual(['stopped', 1]);
    const saved = decodeTree(encodeTree(half.trainer.stateDict()), 'state');
    const resumed = setUp();
    resumed.trainer.loadStateDict(saved);
    await resumed.trainer.fit(resumed.batches, { epochs: 4, callbacks: [new WeightAveraging()] });
    expect(valuesOf(resumed.model)).toEqual(valuesOf(whole.model));
  });

  test('is refused a state of another kind', () => {
    expect(() => new WeightAveraging().loadStateDict({ count: 'many' })).toThrow(
      'WeightAveraging: expected a state, got',
    );
  });

  test('resumes to the same bits', async () => {
    const averaging = () => new WeightAveraging({ decay: 0.5, everySteps: 2 });
    const whole = setUp();
    await whole.trainer.fit(whole.batches, { epochs: 4, callbacks: [averaging()] });
    const half = setUp();
    let saved: unknown;
    await half.trainer.fit(half.batches, {
      epochs: 4,
      callbacks: [
        averaging(),
        {
          name: 'save',
          onTrainBatchEnd: ({ firstStep }, trainer) => {
            if (firstStep === 4) saved = decodeTree(encodeTree(trainer.stateDict()), 'state');
          },
        },
      ],
    });
    const resumed = setUp();
    resumed.trainer.loadStateDict(saved);
    expect(resumed.trainer.step).toBe(5);
    await resumed.trainer.fit(resumed.batches, { epochs: 4, callbacks: [averaging()] });
    expect(valuesOf(resumed.model)).toEqual(valuesOf(whole.model));
  });
});
