// `SyncBatchNorm` in the processes of a group against batch normalization of the whole batch in one.
import { deepStrictEqual, strictEqual } from 'node:assert';
import { grad, manualSeed, nn, randn, type Tensor } from '@kindling/core';
import * as dist from '@kindling/distributed';
import { SGD } from '@kindling/train';
import { takeSteps } from './steps.ts';

const [rank, size] = [dist.getRank(), dist.getWorldSize()];
const elements = (x: Tensor): number[] => [...(x.data() as Float32Array)];

function expectClose(what: string, got: Tensor, expected: Tensor, tolerance = 2e-5): void {
  deepStrictEqual(got.shape, expected.shape, what);
  const [a, b] = [elements(got), elements(expected)];
  const distance = Math.max(0, ...a.map((x, i) => Math.abs(x - b[i]!) / Math.max(1, Math.abs(b[i]!))));
  strictEqual(distance < tolerance, true, `${what}: ${distance} from those of one process`);
}

/** Samples of each process: another number at each, none at the last of four. */
const counts = size === 1 ? [7] : size === 2 ? [5, 2] : [3, 1, 4, 0];
const first = counts.slice(0, rank).reduce((sum, count) => sum + count, 0);
const total = counts.reduce((sum, count) => sum + count, 0);
const own = (x: Tensor): Tensor => x.narrow(0, first, counts[rank]!);

/** Two training batches and one in evaluation, by the layer and by the same of the whole batch. */
function agree(layer: nn.Module, whole: nn.Module, shape: readonly number[]): void {
  const together = dist.SyncBatchNorm.convertSyncBatchnorm(layer);
  for (const step of [0, 1]) {
    manualSeed(20 + step);
    const x = randn([total, ...shape])
      .mul(3)
      .add(100);
    const slope = randn([total, ...shape]);
    const [mine, all] = [own(x).clone().requiresGrad_(), x.clone().requiresGrad_()];
    together.zeroGrad();
    whole.zeroGrad();
    const [y, expected] = [together.forward(mine), whole.forward(all)];
    y.mul(own(slope)).sum().backward();
    expected.mul(slope).sum().backward();
    expectClose('outputs', y, own(expected), 1e-4);
    expectClose('gradients of inputs', mine.grad!, own(all.grad!), 1e-4);
    const gradients = whole.namedParameters();
    for (const [i, [name, parameter]] of together.namedParameters().entries()) {
      dist.allReduce(parameter.grad!);
      expectClose(`gradients of ${name}`, parameter.grad!, gradients[i]![1].grad!, 1e-4);
    }
    const statistics = whole.namedBuffers();
    for (const [i, [name, buffer]] of together.namedBuffers().entries()) {
      expectClose(name, buffer.to('float32'), statistics[i]![1].to('float32'));
    }
  }
  together.eval();
  whole.eval();
  const x = randn([total, ...shape]);
  if (together.buffers().length > 0)
    expectClose('evaluation', together.forward(own(x)), whole.forward(own(x)));
}

agree(new nn.BatchNorm1d(3), new nn.BatchNorm1d(3), [3]);
agree(new nn.BatchNorm1d(3, { momentum: null }), new nn.BatchNorm1d(3, { momentum: null }), [3, 5]);
agree(
  new nn.BatchNorm2d(2, { affine: false, eps: 1e-3, momentum: 0.3 }),
  new nn.BatchNorm2d(2, { affine: false, eps: 1e-3, momentum: 0.3 }),
  [2, 4, 3],
);
agree(
  new nn.BatchNorm2d(2, { trackRunningStats: false }),
  new nn.BatchNorm2d(2, { trackRunningStats: false }),
  [2, 4, 3],
);

/** A step of training with a convolution before it, whose weights' gradients come through the statistics of all. */
const build = () => new nn.Sequential(new nn.Conv2d(1, 2, 3), new nn.BatchNorm2d(2), new nn.ReLU());

function train(isCompiled: boolean): Tensor[] {
  manualSeed(3);
  const layers = dist.SyncBatchNorm.convertSyncBatchnorm(build());
  const model = new dist.DistributedDataParallel(layers);
  manualSeed(4);
  takeSteps({
    count: 5,
    optimizer: new SGD(model.parameters(), { lr: 0.1 }),
    batch: () => [randn([2 * size, 1, 6, 6]).narrow(0, 2 * rank, 2)],
    lossOf: (x) => model.forward(x!).square().mean(),
    isCompiled,
  });
  return [...layers.parameters(), ...layers.buffers()];
}

const eager = train(false);
deepStrictEqual(train(true).map(elements), eager.map(elements), 'recorded steps differ from eager ones');
manualSeed(3);
const alone = build();
manualSeed(4);
takeSteps({
  count: 5,
  optimizer: new SGD(alone.parameters(), { lr: 0.1 }),
  batch: () => [randn([2 * size, 1, 6, 6])],
  lossOf: (x) => alone.forward(x!).square().mean(),
});
for (const [i, expected] of [...alone.parameters(), ...alone.buffers()].entries()) {
  expectClose('training', eager[i]!.to('float32'), expected.to('float32'));
}

// Second derivatives go through the statistics of all too.
const penalty = (layer: nn.Module, x: Tensor, weights: Tensor): Tensor => {
  const [slope] = grad(layer.forward(x).pow(3).mul(weights).sum(), [x], { createGraph: true });
  slope!.square().sum().backward();
  return x.grad!;
};
manualSeed(5);
const [x, weights] = [randn([total, 2]), randn([total, 2])];
expectClose(
  'second derivatives',
  penalty(new dist.SyncBatchNorm(2), own(x).clone().requiresGrad_(), own(weights)),
  own(penalty(new nn.BatchNorm1d(2), x.clone().requiresGrad_(), weights)),
  1e-4,
);
