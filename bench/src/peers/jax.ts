import { defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { versionOf } from '#resources';
import type { Layer, Loss, OptimizerSettings, PointwiseOp, Task, TrainingTask } from '../task.ts';
import { firstBatch, type HostBatch, hostBatches, hostSamples } from './host-batches.ts';
import { argument, factors, firstValues } from './operands.ts';
import { meanSquare, type Peer, type Prepared, secondsOf, unsupported, type Versions } from './peer.ts';

type Batch = [input: np.Array, target: np.Array];

// Functions of this library take their arguments over; `.ref` keeps one for another use.

const array = (values: Float32Array, shape: readonly number[]): np.Array =>
  np.array(values, { shape: [...shape] });

/** First parameters of all layers, in order. */
function parametersOf(layers: readonly Layer[]): np.Array[] {
  let linear = 0;
  return layers.flatMap((layer) => {
    if (layer[0] === 'layerNorm') return [np.ones([layer[1]]), np.zeros([layer[1]])];
    if (layer[0] !== 'linear') return [];
    const { weight, bias } = firstValues(layer, linear++);
    return [array(weight, [layer[2], layer[1]]), array(bias, [layer[2]])];
  });
}

/** A layer's output; its parameters are taken from the front of `rest`. */
function applied(layer: Layer, x: np.Array, rest: np.Array[]): np.Array {
  switch (layer[0]) {
    case 'linear': {
      const [weight, bias] = rest.splice(0, 2);
      return np.matmul(x, np.matrixTranspose(weight!)).add(bias!);
    }
    case 'layerNorm': {
      const [weight, bias] = rest.splice(0, 2);
      return nn.standardize(x, -1, { epsilon: 1e-5 }).mul(weight!).add(bias!);
    }
    case 'leakyRelu':
      return nn.leakyRelu(x, layer[1]);
    case 'relu':
      return nn.relu(x);
    case 'sigmoid':
      return nn.sigmoid(x);
    case 'tanh':
      return np.tanh(x);
  }
}

function forward(layers: readonly Layer[], parameters: np.Array[], input: np.Array): np.Array {
  const rest = [...parameters];
  return layers.reduce((x, layer) => applied(layer, x, rest), input);
}

const losses: Readonly<Record<Loss, (output: np.Array, target: np.Array) => np.Array>> = {
  mse: (output, target) => np.mean(np.square(output.sub(target))),
  bce: (output, target) => {
    const p = np.clip(output, 1e-7, 1 - 1e-7);
    const no = np.log(np.subtract(1, p.ref)).mul(np.subtract(1, target.ref));
    return np.mean(np.log(p).mul(target).add(no)).neg();
  },
  crossEntropy: (output, target) => np.mean(np.sum(nn.logSoftmax(output, -1).mul(target), -1)).neg(),
};

type State = { parameters: np.Array[]; first: np.Array[]; second: np.Array[]; powers: np.Array[] };

const stateOf = (parameters: np.Array[], { type }: OptimizerSettings): State => {
  const zeros = (): np.Array[] => (type === 'adam' ? parameters.map(({ shape }) => np.zeros(shape)) : []);
  return {
    parameters,
    first: zeros(),
    second: zeros(),
    powers: type === 'adam' ? [np.ones([]), np.ones([])] : [],
  };
};

/** One update of stochastic gradient descent, or of Adam with PyTorch's defaults. */
function updated(state: State, gradients: np.Array[], { type, lr }: OptimizerSettings): State {
  if (type === 'sgd') {
    return { ...state, parameters: state.parameters.map((p, i) => p.sub(gradients[i]!.mul(lr))) };
  }
  const [beta1, beta2, eps] = [0.9, 0.999, 1e-8];
  const powers = [state.powers[0]!.mul(beta1), state.powers[1]!.mul(beta2)];
  const first = state.first.map((m, i) => m.mul(beta1).add(gradients[i]!.ref.mul(1 - beta1)));
  const second = state.second.map((v, i) => v.mul(beta2).add(np.square(gradients[i]!).mul(1 - beta2)));
  const parameters = state.parameters.map((p, i) => {
    const rate = np.trueDivide(lr, np.subtract(1, powers[0]!.ref));
    const root = np.sqrt(second[i]!.ref.div(np.subtract(1, powers[1]!.ref)));
    return p.sub(rate.mul(first[i]!.ref).div(root.add(eps)));
  });
  return { parameters, first, second, powers };
}

const onDevice = ({ rows, input, columns, target, outputs }: HostBatch): Batch => [
  array(input, [rows, columns]),
  array(target, [rows, outputs]),
];

function prepareTraining(task: TrainingTask): Prepared {
  const { layers, optimizer } = task;
  const lossOf = (parameters: np.Array[], input: np.Array, target: np.Array): np.Array =>
    losses[task.loss](forward(layers, parameters, input), target);
  const update = jit((state: State, input: np.Array, target: np.Array): [State, np.Array] => {
    const [value, gradients] = valueAndGrad(lossOf)(tree.ref(state.parameters), input, target);
    return [updated(state, gradients, optimizer), value];
  });
  let state = stateOf(parametersOf(layers), optimizer);
  const step = ([input, target]: Batch): np.Array => {
    const [next, value] = update(state, input, target);
    state = next;
    return value;
  };
  const samples = hostSamples(task);
  const first = onDevice(firstBatch(samples, task));
  const feed = hostBatches(samples, task);
  const onFirstBatch = (): np.Array => step(tree.ref(first));
  const onNext = task.feed === 'fixed' ? onFirstBatch : () => step(onDevice(feed.next().value));
  const readsEach = task.feed === 'loader' || task.feed === 'gather';
  return {
    check() {
      onFirstBatch().dispose();
      onFirstBatch().dispose();
      return onFirstBatch().item();
    },
    step: (count) =>
      secondsOf(() => {
        for (let i = 1; i <= count; i++) {
          const value = onNext();
          if (readsEach || i === count) value.item();
          else value.dispose();
        }
      }),
    dispose() {
      tree.dispose(state);
      tree.dispose(first);
      update.dispose();
    },
  };
}

const pointwise: Readonly<Record<PointwiseOp, (x: np.Array, y: np.Array) => np.Array>> = {
  add: (x, y) => x.add(y),
  relu: (x) => nn.relu(x),
  exp: (x) => np.exp(x),
  tanh: (x) => np.tanh(x),
  sigmoid: (x) => nn.sigmoid(x),
};

function operationOf(task: Exclude<Task, TrainingTask>): () => np.Array {
  switch (task.kind) {
    case 'product': {
      const { a, b } = factors(task);
      const x = array(a.values, a.shape);
      const y = array(b.values, b.shape);
      const multiply = jit((p: np.Array, q: np.Array) =>
        np.matmul(task.transposeA ? np.matrixTranspose(p) : p, task.transposeB ? np.matrixTranspose(q) : q),
      );
      return () => multiply(x.ref, y.ref);
    }
    case 'pointwise': {
      const x = array(argument(task.size), [task.size]);
      const y = array(argument(task.size, 302), [task.size]);
      const compute = jit(pointwise[task.op]);
      return () => compute(x.ref, y.ref);
    }
    case 'softmax': {
      const x = array(argument(task.rows * task.columns), [task.rows, task.columns]);
      const compute = jit((values: np.Array) => nn.softmax(values, -1));
      return () => compute(x.ref);
    }
    default:
      throw unsupported('jax-js', 'task of this kind');
  }
}

function prepareOperation(task: Exclude<Task, TrainingTask>): Prepared {
  const operation = operationOf(task);
  return {
    check: () => meanSquare(operation().dataSync()),
    step: (count) =>
      secondsOf(async () => {
        for (let i = 1; i <= count; i++) {
          const result = operation();
          await result.blockUntilReady();
          result.dispose();
        }
      }),
  };
}

/** jax-js on WebAssembly, all functions compiled with `jit`. */
export async function openJax(): Promise<Peer> {
  await init('wasm');
  defaultDevice('wasm');
  return {
    versions: async (): Promise<Versions> => ({ '@jax-js/jax': await versionOf('@jax-js/jax') }),
    prepare: (task) => (task.kind === 'training' ? prepareTraining(task) : prepareOperation(task)),
  };
}
