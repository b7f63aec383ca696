// Times of training steps and matrix products on the GPU, one JSON object a line; bench.py gives PyTorch's. Timed without anything between
// but launches, and one reading at the end.

import { Adam, bce, crossEntropy, mse, SGD } from '../../../train/dist/index.js';
import {
  compile,
  manualSeed,
  nn,
  rand,
  randint,
  scope,
  setFloat32MatmulPrecision,
  tensor,
} from '../../dist/index.js';
import { backendFor } from '../../dist/internal-engines.js';

const device = 'cuda';
const quick = process.argv.includes('--quick');
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length);
const cuda = backendFor(device);

const print = (row) => console.log(JSON.stringify(row));
print({
  machine: { card: cuda.description, node: process.version },
  versions: { cuBLAS: cuda.cublas ?? 'not used' },
});

/** A row of the results: median, least and most of the values. */
function report(workload, mode, unit, values) {
  const sorted = values.toSorted((a, b) => a - b);
  print({
    workload,
    implementation: `Kindling ${mode}`,
    unit,
    median: sorted[Math.floor(sorted.length / 2)],
    min: sorted[0],
    max: sorted.at(-1),
    runs: sorted.length,
  });
}

/** Milliseconds of one run in each of a few series, whose last run is `read`: it waits for all. */
function measure(run, read, { count, series = 7 }) {
  const times = [];
  for (let s = 0; s < series; s++) {
    const start = performance.now();
    for (let i = 1; i < count; i++) run();
    read();
    times.push((performance.now() - start) / count);
  }
  return times;
}

function workload(name, { layers, batch, optimizer, loss, target, count }) {
  if (only !== undefined && only !== name) return;
  if (quick && batch > 256) return;
  const build = () => {
    manualSeed(1);
    const model = new nn.Sequential(...layers()).to(device);
    const x = rand([batch, model.parameters()[0].shape[1]], { device });
    const y = target();
    const optimize = optimizer(model.parameters());
    const step = (input, wanted) => {
      optimize.zeroGrad();
      const value = loss(model.forward(input), wanted);
      value.backward();
      optimize.step();
      return value.detach();
    };
    return { step, x, y };
  };
  for (const mode of ['eager', 'recorded']) {
    const { step, x, y } = build();
    const run = mode === 'recorded' ? compile(step) : step;
    const once = () => scope(() => run(x, y)).dispose();
    for (let i = 0; i < 20; i++) once();
    const read = () => scope(() => run(x, y).item());
    report(name, mode, 'ms/step', measure(once, read, { count: quick ? 5 : count }));
    if (mode === 'eager') continue;
    const repeats = quick ? 5 : count;
    const repeat = () => scope(() => run.runMany(repeats, [x, y]).data());
    repeat();
    const times = measure(repeat, repeat, { count: 1 });
    report(
      name,
      'repeated',
      'ms/step',
      times.map((ms) => ms / repeats),
    );
  }
}

const classes = (rows) => randint(0, 10, [rows], { device });

workload('mnist', {
  layers: () => [new nn.Linear(784, 256), new nn.ReLU(), new nn.Linear(256, 10)],
  batch: 256,
  optimizer: (parameters) => new Adam(parameters, { lr: 1e-3 }),
  loss: crossEntropy,
  target: () => classes(256),
  count: 300,
});
workload('mlp-1024', {
  layers: () => [
    new nn.Linear(784, 1024),
    new nn.ReLU(),
    new nn.Linear(1024, 1024),
    new nn.ReLU(),
    new nn.Linear(1024, 10),
  ],
  batch: 1024,
  optimizer: (parameters) => new Adam(parameters, { lr: 1e-3 }),
  loss: crossEntropy,
  target: () => classes(1024),
  count: 100,
});
workload('xor', {
  layers: () => [new nn.Linear(2, 2), new nn.Sigmoid(), new nn.Linear(2, 1), new nn.Sigmoid()],
  batch: 4,
  optimizer: (parameters) => new SGD(parameters, { lr: 1 }),
  loss: bce,
  target: () => tensor([[0], [1], [1], [0]], { device }),
  count: 300,
});
workload('mnist-single', {
  layers: () => [new nn.Linear(784, 200), new nn.Sigmoid(), new nn.Linear(200, 10), new nn.Sigmoid()],
  batch: 1,
  optimizer: (parameters) => new SGD(parameters, { lr: 0.01 }),
  loss: mse,
  target: () => rand([1, 10], { device }),
  count: 300,
});

for (const precision of ['highest', 'high']) {
  if (only !== undefined && only !== 'matmul') break;
  setFloat32MatmulPrecision(precision);
  for (const n of quick ? [64] : [256, 512, 1024, 2048, 4096]) {
    const [a, b] = [rand([n, n], { device }), rand([n, n], { device })];
    const multiply = () => a.matmul(b).dispose();
    const read = () => scope(() => a.matmul(b).slice(0, 0, 1).slice(1, 0, 1).sum().item());
    for (let i = 0; i < 3; i++) multiply();
    read();
    const times = measure(multiply, read, {
      count: quick ? 1 : Math.max(10, Math.round(2e11 / n ** 3)),
      series: 5,
    });
    const speeds = times.map((ms) => (2 * n ** 3) / ms / 1e9);
    report(`matmul-${n}`, precision === 'high' ? 'TF32' : 'float32', 'TFLOP/s', speeds);
  }
}
