import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { backendFor } from '../../src/backend/devices.ts';
import {
  compile,
  DeviceError,
  DTypeError,
  manualSeed,
  nn,
  noGrad,
  ones,
  rand,
  scope,
  type Tensor,
  tensor,
  zeros,
} from '../../src/index.ts';
import { useTensorflow } from '../../src/tfjs.ts';

test('tensors live on the device unless told otherwise, and print it', () => {
  expect(String(tensor([1, 2]))).toBe("tensor([1., 2.], device='tfjs')");
  expect(ones([1]).to('cpu').device).toBe('cpu');
});

test('float64 is refused wherever it is asked for', () => {
  const message = 'tfjs: expected a dtype among bool, uint8, int32, float32, got float64';
  for (const ask of [
    () => zeros([2], { dtype: 'float64' }),
    () => tensor(Float64Array.of(1)),
    () => ones([2]).to('float64'),
    () => rand([2], { dtype: 'float64' }),
    () => ones([2], { device: 'cpu', dtype: 'float64' }).to('tfjs'),
    () => new nn.Linear(2, 2).to('float64'),
  ]) {
    expect(ask).toThrow(DTypeError);
    expect(ask).toThrow(message);
  }
});

test('indices and values out of range are errors with the words of the other engines', () => {
  const x = tensor([10, 20, 30]);
  const bad = tensor([0, 3], { dtype: 'int32' });
  const message = /expected indices in \[0, 2\], got 3/;
  expect(() => x.indexSelect(0, bad)).toThrow(message);
  expect(() => x.gather(0, bad)).toThrow(message);
  expect(() => x.indexSelect(0, bad.add(0))).toThrow(message);
  expect(() => x.scatterAdd(0, bad, ones([2]))).toThrow(message);
  expect(x.toArray()).toEqual([10, 20, 30]);
});

test('bytes wrap, and products beyond int32 are errors', () => {
  const bytes = tensor([250, 10], { dtype: 'uint8' });
  expect(bytes.add(10).toArray()).toEqual([4, 20]);
  expect(tensor([300, -1], { dtype: 'int32' }).to('uint8').toArray()).toEqual([44, 255]);
  const large = tensor([2 ** 31 - 1, 123456789], { dtype: 'int32' });
  expect(() => large.mul(large)).toThrow('mul: expected a result that fits int32');
  expect(large.sub(2).mul(-1).toArray()).toEqual([3 - 2 ** 31, -123456787]);
});

test('writes through views reach the tensor they look at, and parts of it alone', () => {
  const x = zeros([3, 4]);
  x.select(1, 2).fill_(5);
  x.t().slice(0, 0, 2).slice(1, 1, 3).add_(1);
  x.slice(0, 0, 2).copy_(x.slice(0, 1, 3));
  expect(x.toArray()).toEqual([
    [1, 1, 5, 0],
    [1, 1, 5, 0],
    [1, 1, 5, 0],
  ]);
});

test('memory may be read as another dtype than it was written as', () => {
  const backend = backendFor('tfjs');
  const handle = backend.allocate(8);
  const view = (dtype: 'float32' | 'int32') => ({
    storage: { handle, backend } as never,
    dtype,
    shape: [2],
    strides: [1],
    offset: 0,
  });
  const bits = tensor([0, 0], { dtype: 'int32' });
  backend.write(handle, 0, new Uint8Array(Float32Array.of(1, -2).buffer));
  backend.execute({
    kind: 'unary',
    outputs: [view('float32')],
    inputs: [view('float32')],
    attributes: { op: 'neg', parameters: [] },
  });
  backend.execute({ kind: 'copy', outputs: [bits.strided], inputs: [view('int32')], attributes: {} });
  backend.free(handle);
  expect(bits.toArray()).toEqual([...new Int32Array(Float32Array.of(-1, 2).buffer)]);
});

test('a product takes a bias along', () => {
  const backend = backendFor('tfjs');
  expect(backend.supports('linear')).toBe(true);
  const a = tensor([1, 2]).reshape(1, 1, 2);
  const b = tensor([3, 4, 5, 6]).reshape(1, 2, 2);
  const bias = tensor([0.5, 0.25]);
  const out = zeros([1, 1, 2]);
  backend.execute({
    kind: 'matmul',
    outputs: [out.strided],
    inputs: [a.strided, b.strided, bias.strided],
    attributes: { batch: 1, m: 1, n: 2, k: 2, transposeA: false, transposeB: false },
  });
  expect(out.toArray()).toEqual([[[13.5, 16.25]]]);
});

test('tensors outlive a tidy that the program puts around them', () => {
  const made: Tensor[] = [];
  tf.tidy(() => {
    made.push(tensor([1, 2]).add(1));
  });
  expect(made[0]?.add(1).toArray()).toEqual([3, 4]);
});

test('what is the device already cannot be replaced', () => {
  // A binding that Kindling has loaded is the device as well as an engine that the program has given.
  if (!process.env.KINDLING_TEST_TFJS) expect(() => useTensorflow(tf)).not.toThrow();
  expect(() => useTensorflow({ ...tf })).toThrow(DeviceError);
  expect(() => ones([1], { device: 'tfjs:1' })).toThrow('expected tfjs or tfjs:0, got tfjs:1');
});

function training() {
  manualSeed(1);
  const model = new nn.Sequential(new nn.Linear(3, 4), new nn.Sigmoid(), new nn.Linear(4, 1));
  const x = rand([8, 3]);
  const y = rand([8, 1]);
  return (): Tensor =>
    scope(() => {
      for (const parameter of model.parameters()) {
        parameter.grad?.dispose();
        parameter.grad = null;
      }
      const loss = model.forward(x).sub(y).square().mean();
      loss.backward();
      noGrad(() => {
        for (const parameter of model.parameters()) parameter.sub_(parameter.grad!.mul(0.1));
      });
      return loss;
    });
}

/** 10,000 in the heavy run (KINDLING_TEST_CASES=10000). */
const steps = Math.max(1000, Number(process.env.KINDLING_TEST_CASES ?? 0));

test(`${steps} steps of training hold TensorFlow.js' memory level`, { timeout: 300_000 }, () => {
  const step = training();
  const lossAfter = (count: number): number => {
    let last = 0;
    for (let i = 0; i < count; i++) {
      const loss = step();
      if (i === count - 1) last = loss.item();
      loss.dispose();
    }
    return last;
  };
  const first = lossAfter(50);
  const before = tf.memory();
  const last = lossAfter(steps);
  const { numTensors, numBytes, numDataBuffers } = tf.memory();
  expect({ numTensors, numBytes, numDataBuffers }).toEqual({
    numTensors: before.numTensors,
    numBytes: before.numBytes,
    numDataBuffers: before.numDataBuffers,
  });
  expect(last).toBeLessThan(first);
});

test('no kernel of a training step is done on the host', () => {
  const backend = backendFor('tfjs') as unknown as { readonly hostCalls: ReadonlyMap<string, number> };
  const before = new Map(backend.hostCalls);
  training()().dispose();
  expect(new Map(backend.hostCalls)).toEqual(before);
});

/** Kernels that an operation leaves to the host. */
function onHost(operation: () => unknown): readonly string[] {
  const { hostCalls } = backendFor('tfjs') as unknown as { readonly hostCalls: ReadonlyMap<string, number> };
  const before = new Map(hostCalls);
  operation();
  return [...hostCalls].filter(([kind, count]) => count !== before.get(kind)).map(([kind]) => kind);
}

test('TensorFlow.js does float32, and the host what it lacks', () => {
  const x = rand([2, 3]);
  const whole = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]).to('int32');
  const rows = tensor([0, 1], { dtype: 'int32' });
  const inEngine: Readonly<Record<string, () => unknown>> = {
    'functions of one number': () => [
      x.neg(),
      x.exp(),
      x.log(),
      x.sqrt(),
      x.tanh(),
      x.sigmoid(),
      x.relu(),
      x.floor(),
      x.ceil(),
      x.sign(),
    ],
    'activations with a parameter': () => [x.leakyRelu(0.1), x.elu(2)],
    'arithmetic, also by a number': () => [x.add(x), x.sub(1), x.mul(2), x.div(x)],
    'comparisons in float32, and in int32': () => [x.lt(x), x.ge(0.5), whole.eq(whole), whole.gt(2)],
    'logic of any dtype': () => [x.logicalAnd(whole), whole.logicalNot()],
    reductions: () => [x.sum(), x.prod(), x.max(0), x.min(1), x.gt(0).any(), x.argmax(1)],
    'running sums': () => x.cumsum(1),
    products: () => [x.matmul(x.transpose(0, 1)), x.matmul(rand([3, 2])).add(rand([2]))],
    'rows, and sums into rows': () => {
      const weights = rand([2, 3]).requiresGrad_();
      weights.indexSelect(0, rows).sum().backward();
      return x.scatterAdd(0, zeros([2, 3], { dtype: 'int32' }), x);
    },
    'other dtypes': () => [x.to('bool'), whole.to('float32'), x.gt(0).to('int32')],
  };
  for (const [name, operation] of Object.entries(inEngine)) expect(onHost(operation), name).toEqual([]);
  const outside: Readonly<Record<string, () => unknown>> = {
    unary: () => whole.abs(),
    binary: () => whole.add(whole),
    reduce: () => whole.prod(),
    argReduce: () => whole.argmax(1),
    cumsum: () => whole.cumsum(0),
    scatterAdd: () => whole.scatterAdd(0, zeros([2, 3], { dtype: 'int32' }), whole),
    copy: () => whole.to('uint8'),
  };
  for (const [kind, operation] of Object.entries(outside)) expect(onHost(operation)).toContain(kind);
});

test('tensors that are dropped are freed when they are collected', async () => {
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  const before = tf.memory().numTensors;
  (() => {
    for (let i = 0; i < 100; i++) ones([4]).add(i);
  })();
  expect(tf.memory().numTensors).toBeGreaterThan(before + 50);
  // Else the test never ends.
  while (tf.memory().numTensors > before + 5) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
});

test('a compiled function runs at every call, and gives the same', () => {
  const double = compile((x: Tensor) => x.mul(2));
  const results = [1, 2, 3, 4].map((value) => double(tensor([value])).toArray());
  expect(results).toEqual([[2], [4], [6], [8]]);
  expect(double.replays).toBe(0);
});
