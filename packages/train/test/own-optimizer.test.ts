import { dynamicScalar, manualSeed, nn, rand, type Tensor } from '@kindling/core';
import { DataLoader, TensorDataset } from '@kindling/data';
import {
  Adadelta,
  Adamax,
  mse,
  NAdam,
  Optimizer,
  type OptimizerOptions,
  type OptimizerParameters,
  RAdam,
  Trainer,
  type UpdateRule,
} from '@kindling/train';
import { describe, expect, test } from 'vitest';

/** param ← param − lr · sign(g): an optimizer that has an update rule and no kernel. */
const rule: UpdateRule<OptimizerOptions> = {
  name: 'SignSGD',
  check: () => undefined,
  update: ({ param, grad, state }, options) => {
    state.countStep();
    param.add_(grad.sign().mul(dynamicScalar(() => -options.lr, param)));
  },
};

class SignSGD extends Optimizer {
  constructor(params: OptimizerParameters<OptimizerOptions>, lr: number) {
    super(rule, params, { lr, weightDecay: 0, maximize: false });
  }
}

const start = (params: Iterable<Tensor>): Optimizer => new SignSGD(params, 0.01);

async function trained(
  compile: boolean,
  make: (params: Iterable<Tensor>) => Optimizer = start,
): Promise<{ losses: number[]; weights: Tensor[]; steps: number }> {
  manualSeed(3);
  const model = new nn.Sequential(new nn.Linear(3, 4), new nn.Tanh(), new nn.Linear(4, 1));
  const optimizer = make(model.parameters());
  const x = rand([16, 3]);
  const y = x.sum(1, { keepdim: true });
  const losses: number[] = [];
  await new Trainer({ model, loss: mse, optimizer, compile }).fit(
    new DataLoader<readonly [Tensor, Tensor], readonly [Tensor, Tensor]>(new TensorDataset(x, y), {
      batchSize: 8,
      shuffle: true,
    }),
    {
      epochs: 20,
      callbacks: [
        {
          name: 'losses',
          onTrainBatchEnd: (steps) => {
            losses.push(...steps.loss);
          },
        },
      ],
    },
  );
  const { state } = optimizer.stateDict();
  return { losses, weights: model.parameters(), steps: Number(state['0']!.step) };
}

describe('an optimizer without a kernel', () => {
  test('trains, recorded and eagerly, to the same bits', async () => {
    const recorded = await trained(true);
    const eager = await trained(false);
    expect(recorded.losses).toEqual(eager.losses);
    expect(recorded.weights.map((weight) => weight.data())).toEqual(
      eager.weights.map((weight) => weight.data()),
    );
    expect(recorded.steps).toBe(40);
    expect(recorded.losses.at(-1)).toBeLessThan(recorded.losses[0]! / 2);
  });

  test.each<[string, (params: Iterable<Tensor>) => Optimizer]>([
    ['Adadelta', (params) => new Adadelta(params)],
    ['Adamax', (params) => new Adamax(params, { lr: 0.02 })],
    ['NAdam', (params) => new NAdam(params, { lr: 0.02, weightDecay: 0.1, decoupledWeightDecay: true })],
    ['RAdam, which changes its rule on the way', (params) => new RAdam(params, { lr: 0.02 })],
  ])('%s', async (_, make) => {
    const recorded = await trained(true, make);
    const eager = await trained(false, make);
    expect(recorded.losses).toEqual(eager.losses);
    expect(recorded.weights.map((weight) => weight.data())).toEqual(
      eager.weights.map((weight) => weight.data()),
    );
    expect(recorded.losses.at(-1)).toBeLessThan(recorded.losses[0]!);
  });
});
