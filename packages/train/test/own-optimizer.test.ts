import { manualSeed, nn, rand, type Tensor } from '@kindling/core';
import { varying } from '@kindling/core/internal';
import { DataLoader, TensorDataset } from '@kindling/data';
import {
  mse,
  Optimizer,
  type OptimizerOptions,
  type OptimizerParameters,
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
    param.add_(grad.sign().mul(varying(() => -options.lr, param)));
  },
};

class SignSGD extends Optimizer {
  constructor(params: OptimizerParameters<OptimizerOptions>, lr: number) {
    super(rule, params, { lr, weightDecay: 0, maximize: false });
  }
}

async function trained(compile: boolean): Promise<{ losses: number[]; weights: Tensor[]; steps: number }> {
  manualSeed(3);
  const model = new nn.Sequential(new nn.Linear(3, 4), new nn.Tanh(), new nn.Linear(4, 1));
  const optimizer = new SignSGD(model.parameters(), 0.01);
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
          onSteps: (steps) => {
            losses.push(...steps.map(({ loss }) => loss));
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
});
