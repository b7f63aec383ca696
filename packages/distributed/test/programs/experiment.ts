// An experiment with `syncBatchNorm` in the processes of a group against the same in one, which has the whole batches.
import { strictEqual } from 'node:assert';
import { processes } from '@kindling/distributed';
import { buildTraining, type DataParallel, parseExperiment } from '@kindling/train';

const experiment = parseExperiment({
  name: 'normalized',
  data: { source: 'xor', batchSize: 4 },
  model: [{ type: 'linear', out: 8 }, 'batchNorm', 'tanh', { type: 'linear', out: 1 }],
  loss: 'bceWithLogits',
  optimizer: { type: 'sgd', lr: 0.5 },
  syncBatchNorm: true,
  epochs: 10,
});

async function trained(dataParallel?: DataParallel): Promise<readonly number[]> {
  const { trainer, batches } = await buildTraining(experiment, { dataParallel });
  await trainer.fit(batches, { epochs: experiment.epochs });
  return Object.values(trainer.model.stateDict()).flatMap((value) =>
    [...value.to('float64').data()].map(Number),
  );
}

const [together, alone] = [await trained(processes()), await trained()];
const distance = Math.max(...alone.map((x, i) => Math.abs(together[i]! - x)));
strictEqual(distance < 1e-5, true, `weights and statistics are ${distance} from those of one process`);
