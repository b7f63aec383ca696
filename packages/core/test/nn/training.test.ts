import { full, getDefaultDevice, manualSeed, nn, noGrad, type Tensor } from '@kindling/core';
import { expect, test } from 'vitest';
import { place } from '../golden/call.ts';
import { readFixture, type StoredTensor } from '../golden/fixture.ts';
import { assertClose } from '../golden/operation.ts';

/** Ten steps of gradient descent in PyTorch, as `tools/golden/training.py` records them. */
interface TrainingCase {
  readonly name: string;
  readonly seed: number;
  readonly lr: number;
  readonly x: StoredTensor;
  readonly y: StoredTensor;
  readonly losses: readonly number[];
  readonly state: Readonly<Record<string, StoredTensor>>;
  readonly evaluation: StoredTensor;
}

class Residual extends nn.Module {
  readonly inProj = new nn.Linear(3, 4);
  readonly blocks = [new nn.Linear(4, 4), new nn.Linear(4, 4, { bias: false })];
  readonly scale = new nn.Parameter(full([4], 0.5));
  readonly norm = new nn.LayerNorm(4);
  readonly outProj = new nn.Linear(4, 1);

  forward(x: Tensor): Tensor {
    let hidden = this.inProj.forward(x).tanh();
    for (const block of this.blocks) {
      hidden = hidden.add(this.norm.forward(block.forward(hidden).relu()).mul(this.scale));
    }
    return this.outProj.forward(hidden);
  }
}

const { Sequential, Linear, Tanh, BatchNorm1d, ReLU, Dropout, SiLU } = nn;

const models: Readonly<Record<string, () => nn.Module>> = {
  mlp: () => new Sequential(new Linear(3, 8), new Tanh(), new Linear(8, 1)),
  'batch norm and dropout': () =>
    new Sequential(new Linear(3, 8), new BatchNorm1d(8), new ReLU(), new Dropout(0.25), new Linear(8, 1)),
  'cumulative batch norm': () =>
    new Sequential(new Linear(3, 4), new BatchNorm1d(4, { momentum: null }), new SiLU(), new Linear(4, 1)),
  residual: () => new Residual(),
};

const { cases } = readFixture<{ cases: TrainingCase[] }>(
  new URL('../fixtures/golden/training.json', import.meta.url),
);

test.each(cases.map((entry) => [entry.name, entry] as const))("%s trains as PyTorch's", (name, entry) => {
  manualSeed(entry.seed);
  const model = models[name]!();
  const [x, y] = [place(entry.x, getDefaultDevice()), place(entry.y, getDefaultDevice())];
  const losses = entry.losses.map(() => {
    const loss = model.forward(x).sub(y).square().mean();
    model.zeroGrad();
    loss.backward();
    noGrad(() => {
      for (const parameter of model.parameters()) parameter.add_(parameter.grad!.mul(-entry.lr));
    });
    return loss.item();
  });
  losses.forEach((loss, step) => {
    expect(Math.abs(loss / entry.losses[step]! - 1), `loss at step ${step}`).toBeLessThan(1e-6);
  });
  expect(losses.at(-1)).toBeLessThan(losses[0]!);

  const state = model.stateDict();
  expect(Object.keys(state)).toEqual(Object.keys(entry.state));
  const tolerance = { rtol: 1e-5, atol: 2e-6 };
  assertClose(Object.entries(entry.state).map(([key, stored]) => [key, state[key], stored, { tolerance }]));
  assertClose([['evaluation', model.eval().forward(x), entry.evaluation, { tolerance }]]);
});
