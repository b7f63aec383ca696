// Collectives and training on a GPU for each process, through NCCL, and the same training on the CPU.
import { strictEqual } from 'node:assert';
import { manualSeed, nn, randn, setDefaultDevice, tensor } from '@kindling/core';
import * as dist from '@kindling/distributed';
import { SGD } from '@kindling/train';
import { checkCollectives } from './collective-checks.ts';
import { takeSteps } from './steps.ts';

dist.initProcessGroup({ backend: 'nccl' });
const [rank, size] = [dist.getRank(), dist.getWorldSize()];
const gpu = `cuda:${rank}`;
setDefaultDevice(gpu);
checkCollectives([0, 3, 9001]);
strictEqual(/NCCL 2\.23\.5$/.test(dist.describeGroup()), true, dist.describeGroup());

/** The weights and statistics after some steps on shares of batches, which begin with other weights at each process. */
function train(device: string, isCompiled: boolean): number[] {
  setDefaultDevice('cpu');
  manualSeed(10 + rank);
  // Gradients that are averaged together, and one that is large enough to be averaged alone.
  const own = dist.SyncBatchNorm.convertSyncBatchnorm(
    new nn.Sequential(new nn.Linear(128, 260), new nn.BatchNorm1d(260), new nn.Tanh(), new nn.Linear(260, 3)),
  ).to(device);
  const model = new dist.DistributedDataParallel(own);
  manualSeed(1);
  takeSteps({
    count: 5,
    optimizer: new SGD(own.parameters(), { lr: 0.05, momentum: 0.9 }),
    batch: () =>
      [128, 3].map((width) =>
        randn([4 * size, width])
          .narrow(0, 4 * rank, 4)
          .to(device),
      ),
    lossOf: (x, y) => nn.functional.mseLoss(model.forward(x!), y!),
    isCompiled,
  });
  return Object.values(own.stateDict()).flatMap((value) => [...(value.data() as Float32Array)]);
}

const farthest = (a: readonly number[], b: readonly number[]): number => {
  strictEqual(a.length, b.length);
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0);
};

const eager = train(gpu, false);
strictEqual(farthest(train(gpu, true), eager), 0, 'recorded steps differ from eager ones');
const distance = farthest(train('cpu', false), eager);
strictEqual(distance < 1e-5, true, `weights are ${distance} from those of the CPU`);

const everywhere = dist.allGather(tensor(Float32Array.from(eager), { device: gpu }));
for (let r = 1; r < size; r++) {
  const difference = everywhere.select(0, r).sub(everywhere.select(0, 0)).abs().max().item();
  strictEqual(difference, 0, `process ${r} differs`);
}
dist.destroyProcessGroup();
console.log(`agreed ${rank}`);
