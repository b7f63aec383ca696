import { compile, nn, noGrad, randperm, scope, type Tensor, tensor } from '@kindling/core';
import { DataLoader, TensorDataset } from '@kindling/data';
import { Adam, bce, crossEntropy, mse, type Optimizer, SGD } from '@kindling/train';
import type { Layer, TrainingTask } from '../../task.ts';
import { firstValues, readArray, readClasses } from '../operands.ts';
import { type Prepared, secondsOf } from '../peer.ts';

export type Batch = readonly [input: Tensor, target: Tensor];

const losses = { mse, bce, crossEntropy };

export interface Program {
  readonly model: nn.Sequential;
  readonly loss: (output: Tensor, target: Tensor) => Tensor;
  readonly optimizer: Optimizer;
  readonly samples: Batch;
  /** The rows that `check` and the feed `fixed` train on; one row has no batch axis where the feed is `rows`. */
  readonly firstBatch: Batch;
}

function moduleOf(layer: Layer): nn.Module {
  switch (layer[0]) {
    case 'linear':
      return new nn.Linear(layer[1], layer[2]);
    case 'layerNorm':
      return new nn.LayerNorm(layer[1]);
    case 'leakyRelu':
      return new nn.LeakyReLU(layer[1]);
    case 'relu':
      return new nn.ReLU();
    case 'sigmoid':
      return new nn.Sigmoid();
    case 'tanh':
      return new nn.Tanh();
  }
}

function build(layers: readonly Layer[]): nn.Sequential {
  let linear = 0;
  const modules = layers.map((layer) => {
    const module = moduleOf(layer);
    if (layer[0] === 'linear' && module instanceof nn.Linear) {
      const { weight, bias } = firstValues(layer, linear++);
      noGrad(() => {
        module.weight.copy_(tensor(weight, { shape: module.weight.shape }));
        module.bias?.copy_(tensor(bias));
      });
    }
    return module;
  });
  return new nn.Sequential(...modules);
}

export function programOf(task: TrainingTask): Program {
  const model = build(task.layers);
  const { type, lr } = task.optimizer;
  const optimizer =
    type === 'sgd' ? new SGD(model.parameters(), { lr }) : new Adam(model.parameters(), { lr });
  const target =
    task.loss === 'crossEntropy'
      ? tensor(readClasses(task.target))
      : tensor(readArray(task.target), { shape: task.target.shape });
  const samples: Batch = [tensor(readArray(task.input), { shape: task.input.shape }), target];
  const first = (rows: Tensor): Tensor =>
    task.feed === 'rows' ? rows.select(0, 0) : rows.narrow(0, 0, task.batch);
  return {
    model,
    loss: losses[task.loss],
    optimizer,
    samples,
    firstBatch: [first(samples[0]), first(samples[1])],
  };
}

/** Frees what a program holds. */
export function disposeProgram({ model, samples, firstBatch }: Program): void {
  for (const held of [...firstBatch, ...samples, ...model.parameters()]) held.dispose();
}

/** The batches of a feed, without end. */
function* batchesOf(
  { feed, batch }: TrainingTask,
  { samples, firstBatch }: Program,
): Generator<Batch, never> {
  const [inputs, targets] = samples;
  const rows = inputs.shape[0]!;
  switch (feed) {
    case 'fixed':
      for (;;) yield firstBatch;
    case 'rows':
      for (let i = 0; ; i = (i + 1) % rows) yield [inputs.select(0, i), targets.select(0, i)];
    case 'loader': {
      const loader = new DataLoader(new TensorDataset(...samples), { batchSize: batch, shuffle: true });
      for (;;) yield* loader;
    }
    case 'gather':
      for (;;) {
        const order = Int32Array.from(randperm(rows).data());
        for (let i = 0; i < rows; i += batch) {
          const index = tensor(order.subarray(i, i + batch));
          yield [inputs.indexSelect(0, index), targets.indexSelect(0, index)];
        }
      }
  }
}

/** The loop that a person writes, its step run eagerly or recorded. */
export function prepareLoop(task: TrainingTask, isRecorded: boolean): Prepared {
  const program = programOf(task);
  const { model, loss, optimizer, firstBatch } = program;
  const eager = (input: Tensor, target: Tensor): Tensor => {
    const value = loss(model.forward(input), target);
    optimizer.zeroGrad();
    value.backward();
    optimizer.step();
    return value.detach();
  };
  const step = isRecorded ? compile(eager) : eager;
  const batches = batchesOf(task, program);
  const readsEach = task.feed === 'loader' || task.feed === 'gather';
  let lossSum = 0;

  const take = (isLast: boolean): void =>
    scope(() => {
      const [input, target] = batches.next().value;
      const value = step(input, target);
      if (readsEach || isLast) lossSum += value.item();
    });
  const onFirstBatch = (): number => scope(() => step(...firstBatch).item());
  return {
    check() {
      onFirstBatch();
      onFirstBatch();
      return onFirstBatch();
    },
    step: (count) =>
      secondsOf(() => {
        for (let i = 1; i <= count; i++) take(i === count);
        if (!Number.isFinite(lossSum)) throw new Error(`expected finite losses, got ${lossSum}`);
      }),
    dispose: () => disposeProgram(program),
  };
}
