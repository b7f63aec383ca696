import { folderOf } from '#resources';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import type { Layer, Loss, PointwiseOp, Task, TrainingTask } from '../task.ts';
import { firstBatch, type HostBatch, hostBatches, hostSamples } from './host-batches.ts';
import { argument, factors, firstValues } from './operands.ts';
import { meanSquare, type Peer, type Prepared, secondsOf, unsupported, type Versions } from './peer.ts';

type Batch = readonly [input: tf.Tensor2D, target: tf.Tensor2D];

const losses: Readonly<Record<Loss, (target: tf.Tensor2D, output: tf.Tensor2D) => tf.Scalar>> = {
  mse: (target, output) => tf.losses.meanSquaredError(target, output),
  bce: (target, output) => tf.losses.logLoss(target, output),
  crossEntropy: (target, output) => tf.losses.softmaxCrossEntropy(target, output),
};

type Apply = (x: tf.Tensor2D) => tf.Tensor2D;

/** A layer with variables of its own; `index` counts the linear ones. */
function layerOf(layer: Layer, index: number): Apply {
  switch (layer[0]) {
    case 'linear': {
      const [, inputs, outputs] = layer;
      const first = firstValues(layer, index);
      const weight = tf.variable(tf.transpose(tf.tensor2d(first.weight, [outputs, inputs])));
      const bias = tf.variable(tf.tensor1d(first.bias));
      return (x) => tf.add(tf.matMul(x, weight), bias);
    }
    case 'layerNorm': {
      const weight = tf.variable(tf.ones([layer[1]]));
      const bias = tf.variable(tf.zeros([layer[1]]));
      return (x) => {
        const { mean, variance } = tf.moments(x, -1, true);
        const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5)));
        return tf.add(tf.mul(normal, weight), bias);
      };
    }
    case 'leakyRelu':
      return (x) => tf.leakyRelu(x, layer[1]);
    case 'relu':
      return (x) => tf.relu(x);
    case 'sigmoid':
      return (x) => tf.sigmoid(x);
    case 'tanh':
      return (x) => tf.tanh(x);
  }
}

function build(layers: readonly Layer[]): Apply {
  let linear = 0;
  const functions = layers.map((layer) => layerOf(layer, layer[0] === 'linear' ? linear++ : 0));
  return (input) => functions.reduce((x, apply) => apply(x), input);
}

const onDevice = ({ rows, input, columns, target, outputs }: HostBatch): Batch => [
  tf.tensor2d(input, [rows, columns]),
  tf.tensor2d(target, [rows, outputs]),
];

function prepareTraining(task: TrainingTask): Prepared {
  const forward = build(task.layers);
  const loss = losses[task.loss];
  const { type, lr } = task.optimizer;
  const optimizer = type === 'sgd' ? tf.train.sgd(lr) : tf.train.adam(lr, 0.9, 0.999, 1e-8);
  const samples = hostSamples(task);
  const first = onDevice(firstBatch(samples, task));
  const feed = hostBatches(samples, task);
  const next = task.feed === 'fixed' ? () => first : () => onDevice(feed.next().value);
  const readsEach = task.feed === 'loader' || task.feed === 'gather';

  const step = ([input, target]: Batch): tf.Scalar =>
    optimizer.minimize(() => loss(target, forward(input)), true)!;
  const lossOf = (value: tf.Scalar): number => value.dataSync()[0]!;
  const onFirstBatch = (): number => tf.tidy(() => lossOf(step(first)));
  return {
    check() {
      onFirstBatch();
      onFirstBatch();
      return onFirstBatch();
    },
    step: (count) =>
      secondsOf(() => {
        for (let i = 1; i <= count; i++) {
          tf.tidy(() => {
            const value = step(next());
            if (readsEach || i === count) lossOf(value);
          });
        }
      }),
  };
}

const pointwise: Readonly<Record<PointwiseOp, (x: tf.Tensor, y: tf.Tensor) => tf.Tensor>> = {
  add: (x, y) => tf.add(x, y),
  relu: (x) => tf.relu(x),
  exp: (x) => tf.exp(x),
  tanh: (x) => tf.tanh(x),
  sigmoid: (x) => tf.sigmoid(x),
};

function operationOf(task: Exclude<Task, TrainingTask>): () => tf.Tensor {
  switch (task.kind) {
    case 'product': {
      const { a, b } = factors(task);
      const x = tf.tensor(a.values, a.shape);
      const y = tf.tensor(b.values, b.shape);
      return () => tf.matMul(x, y, task.transposeA, task.transposeB);
    }
    case 'pointwise': {
      const x = tf.tensor1d(argument(task.size));
      const y = tf.tensor1d(argument(task.size, 302));
      return () => pointwise[task.op](x, y);
    }
    case 'softmax': {
      const x = tf.tensor2d(argument(task.rows * task.columns), [task.rows, task.columns]);
      return () => tf.softmax(x);
    }
    default:
      throw unsupported('TensorFlow.js', 'task of this kind');
  }
}

function prepareOperation(task: Exclude<Task, TrainingTask>): Prepared {
  const operation = operationOf(task);
  return {
    // What a tidied function returns is searched for tensors, element by element; so it returns no arrays.
    check: () => tf.tidy(() => meanSquare(operation().dataSync())),
    step: (count) =>
      secondsOf(() => {
        for (let i = 1; i < count; i++) operation().dispose();
        tf.tidy(() => void operation().dataSync());
      }),
  };
}

/**
 * TensorFlow.js on an engine: `cpu`, plain JavaScript; `wasm`; or one that is registered before.
 *
 * @param below what the engine stands on.
 */
export async function openTfjs(engine = 'cpu', below: Versions = {}): Promise<Peer> {
  setWasmPaths(`${folderOf('@tensorflow/tfjs-backend-wasm')}/wasm-out/`);
  if (!(await tf.setBackend(engine)))
    throw new Error(`expected an engine of TensorFlow.js that works, got ${engine}`);
  await tf.ready();
  return {
    versions: () => ({ '@tensorflow/tfjs-core': tf.version_core, ...below }),
    prepare(task) {
      tf.engine().startScope();
      const dispose = (): void => {
        tf.engine().endScope();
        tf.disposeVariables();
      };
      try {
        return { ...(task.kind === 'training' ? prepareTraining(task) : prepareOperation(task)), dispose };
      } catch (error) {
        dispose();
        throw error;
      }
    },
  };
}
