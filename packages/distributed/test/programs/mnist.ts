// The first steps of the built-in mnist, whose losses process 0 prints.
import * as dist from '@kindling/distributed';
import { buildTraining, loadExperiment } from '@kindling/train';

const STEPS = 20;

dist.initProcessGroup();
const { trainer, batches, shares } = await buildTraining(await loadExperiment('mnist'), {
  dataParallel: dist.processes(),
});
shares?.setEpoch(0);
const losses: number[] = [];
await trainer.fit(batches, {
  epochs: 1,
  maxSteps: STEPS,
  callbacks: [
    { name: 'losses', onTrainBatchEnd: (steps) => void losses.push(...[...steps].map(({ loss }) => loss)) },
  ],
});
if (dist.getRank() === 0) console.log(JSON.stringify(losses));
dist.destroyProcessGroup();
