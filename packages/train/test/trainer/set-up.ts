import { encodeSafetensors, manualSeed, nn, randn, tensor } from '@kindling/core';
import { DataLoader, TensorDataset } from '@kindling/data';
import {
  Adam,
  type Batch,
  type Callback,
  CosineAnnealingLR,
  type EpochReport,
  mse,
  SGD,
  type StepReport,
  Trainer,
} from '../../src/index.ts';

const SAMPLES = 23;
export const STEPS_PER_EPOCH = 6;

/** A model that draws at each step and keeps statistics, and samples for it. */
export function drawing(count: number) {
  manualSeed(3);
  const x = randn([count, 3]);
  const samples = new TensorDataset(x, x.sum(1, { keepdim: true }).tanh());
  const model = new nn.Sequential(
    new nn.Linear(3, 5),
    new nn.BatchNorm1d(5),
    new nn.ReLU(),
    new nn.Dropout(0.3),
    new nn.Linear(5, 1),
  );
  return { model, samples };
}

/** Draws in every step and every epoch, and remembers across steps. */
export function setUp() {
  const { model, samples } = drawing(SAMPLES);
  const optimizer = new Adam(model.parameters(), { lr: 0.05 });
  const schedule = new CosineAnnealingLR(optimizer, { tMax: 18 });
  const trainer = new Trainer({ model, loss: mse, optimizer, schedule, scheduleOn: 'step' });
  const batches = new DataLoader<Batch, Batch>(samples, { batchSize: 4, shuffle: true });
  const validation = new DataLoader<Batch, Batch>(samples, { batchSize: SAMPLES });
  return { model, optimizer, trainer, batches, validation };
}

export const bytes = (model: nn.Module): string =>
  Buffer.from(encodeSafetensors(model.stateDict())).toString('hex');

/** Keeps what it is told. */
export function witness() {
  const steps: StepReport[] = [];
  const epochs: EpochReport[] = [];
  const callback: Callback = {
    name: 'witness',
    onTrainBatchEnd: (reports) => void steps.push(...reports),
    onTrainEpochEnd: (report) => void epochs.push(report),
  };
  return { steps, epochs, callback };
}

/** A line: y = 2x − 1. */
export function line(lr = 0.1) {
  manualSeed(0);
  const x = tensor([[-1], [0], [1], [2]]);
  const model = new nn.Linear(1, 1);
  const optimizer = new SGD(model.parameters(), { lr });
  const batches: Batch[] = [[x, x.mul(2).sub(1)]];
  return { model, optimizer, batches };
}
