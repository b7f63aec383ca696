// Training in several processes against training on whole batches in one, step by step.
import { strictEqual } from 'node:assert';
import { manualSeed, nn, randn, tensor } from '@kindling/core';
import * as dist from '@kindling/distributed';
import { Adam } from '@kindling/train';
import { takeSteps } from './steps.ts';

dist.initProcessGroup();
const [rank, size] = [dist.getRank(), dist.getWorldSize()];
const { mseLoss } = nn.functional;
const build = () => new nn.Sequential(new nn.Linear(5, 300), new nn.Tanh(), new nn.Linear(300, 3));

const wholeBatch = () => [randn([8 * size, 5]), randn([8 * size, 3])];

function train(isCompiled: boolean) {
  manualSeed(10 + rank);
  const own = build();
  const model = new dist.DistributedDataParallel(own);
  manualSeed(1);
  takeSteps({
    count: 6,
    optimizer: new Adam(model.parameters(), { lr: 0.01 }),
    batch: () => wholeBatch().map((x) => x.narrow(0, 8 * rank, 8)),
    lossOf: (x, y) => mseLoss(model.forward(x!), y!),
    isCompiled,
  });
  return own.parameters().map((parameter) => [...(parameter.data() as Float32Array)]);
}

const eager = train(false);
strictEqual(JSON.stringify(train(true)), JSON.stringify(eager), 'recorded steps differ from eager ones');
const everywhere = dist.allGather(tensor(Float32Array.from(eager.flat())));
for (let r = 1; r < size; r++)
  strictEqual(
    everywhere.select(0, r).sub(everywhere.select(0, 0)).abs().max().item(),
    0,
    `process ${r} differs`,
  );

// The same on whole batches, in this process alone.
manualSeed(10);
const alone = build();
manualSeed(1);
takeSteps({
  count: 6,
  optimizer: new Adam(alone.parameters(), { lr: 0.01 }),
  batch: wholeBatch,
  lossOf: (x, y) => mseLoss(alone.forward(x!), y!),
});
const distance = Math.max(
  ...alone
    .parameters()
    .flatMap((p, k) => [...(p.data() as Float32Array)].map((x, i) => Math.abs(x - eager[k]![i]!))),
);
strictEqual(distance < 2e-5, true, `weights are ${distance} from those of one process`);

// Accumulation without averaging, and then with it.
const line = new dist.DistributedDataParallel(new nn.Linear(1, 1, { bias: false }));
line.noSync(() =>
  line
    .forward(tensor([[rank + 1]]))
    .sum()
    .backward(),
);
strictEqual(line.module.weight.grad!.item(), rank + 1);
line
  .forward(tensor([[rank + 1]]))
  .sum()
  .backward();
strictEqual(line.module.weight.grad!.item(), size + 1);

/** Uses one of two layers. */
class Either extends nn.Module {
  readonly first = new nn.Linear(1, 1, { bias: false });
  readonly second = new nn.Linear(1, 1, { bias: false });
  override forward(x: ReturnType<typeof randn>) {
    return (rank === 0 ? this.first : this.second).forward(x);
  }
}
const either = new dist.DistributedDataParallel(new Either(), { findUnusedParameters: true });
either
  .forward(tensor([[4]]))
  .sum()
  .backward();
strictEqual(either.module.first.weight.grad!.item(), 4 / size);
if (size > 1) strictEqual(either.module.second.weight.grad!.item(), (4 * (size - 1)) / size);
if (size === 1) strictEqual(either.module.second.weight.grad, null);

await import('./sync-batch-norm.ts');
dist.destroyProcessGroup();
console.log(`agreed ${rank}`);
