import { manualSeed, nn, rand, randint, type Tensor, tensor } from '@kindling/core';
import { Adam, AdamW, bce, crossEntropy, mse, type Optimizer, SGD } from '@kindling/train';
import { describe, expect, test, vi } from 'vitest';

interface Program {
  readonly name: string;
  readonly make: () => nn.Sequential;
  readonly optimizer: (parameters: readonly Tensor[]) => Optimizer;
  readonly loss: (output: Tensor, target: Tensor) => Tensor;
  readonly batch: () => readonly [Tensor, Tensor];
  /** Kernels that a step may run. */
  readonly kernels: number;
}

const programs: readonly Program[] = [
  {
    name: 'xor',
    make: () =>
      new nn.Sequential(new nn.Linear(2, 2), new nn.Sigmoid(), new nn.Linear(2, 1), new nn.Sigmoid()),
    optimizer: (parameters) => new SGD(parameters, { lr: 1 }),
    loss: bce,
    batch: () => [
      tensor([
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ]),
      tensor([[0], [1], [1], [0]]),
    ],
    kernels: 16,
  },
  {
    name: 'classes by Adam',
    make: () => new nn.Sequential(new nn.Linear(20, 16), new nn.ReLU(), new nn.Linear(16, 10)),
    optimizer: (parameters) => new Adam(parameters, { lr: 0.01 }),
    loss: crossEntropy,
    batch: () => [rand([32, 20]), randint(0, 10, [32])],
    kernels: 16,
  },
  {
    name: 'a layer norm by AdamW',
    make: () =>
      new nn.Sequential(
        new nn.Linear(12, 30),
        new nn.LeakyReLU(0.02),
        new nn.LayerNorm(30),
        new nn.Linear(30, 3),
        new nn.Softmax(1),
      ),
    optimizer: (parameters) => new AdamW(parameters, { lr: 0.01 }),
    loss: mse,
    batch: () => [rand([8, 12]), rand([8, 3])],
    kernels: 16,
  },
];

const { backend } = tensor(0).storage;
const hasKernels = backend.supports('softmax');
if (!hasKernels) console.warn(`tests of fused steps skipped: the engine ${backend.name} has no such kernels`);

describe.skipIf(!hasKernels)('training by fused kernels', () => {
  test.each(programs.map((program) => [program.name, program] as const))(
    '%s: as by operations, with a fraction of the kernels',
    (_, { make, optimizer: makeOptimizer, loss, batch, kernels }) => {
      const train = (steps: number) => {
        manualSeed(7);
        const model = make();
        const optimizer = makeOptimizer(model.parameters());
        const [x, y] = batch();
        const execute = vi.spyOn(backend, 'execute');
        const losses: number[] = [];
        let executed = 0;
        for (let step = 0; step < steps; step++) {
          execute.mockClear();
          const value = loss(model.forward(x), y);
          optimizer.zeroGrad();
          value.backward();
          optimizer.step();
          executed = execute.mock.calls.length;
          losses.push(value.item());
        }
        execute.mockRestore();
        return { losses, executed, weights: model.parameters().map((parameter) => parameter.data()) };
      };
      const fused = train(30);
      const supports = vi.spyOn(backend, 'supports').mockReturnValue(false);
      const composed = train(30);
      supports.mockRestore();

      expect(fused.executed).toBe(kernels);
      expect(composed.executed).toBeGreaterThan(2 * kernels);
      fused.losses.forEach((value, step) => {
        expect(Math.abs(value / composed.losses[step]! - 1), `loss at step ${step}`).toBeLessThan(2e-5);
      });
      fused.weights.forEach((values, i) => {
        values.forEach((value, j) => {
          expect(Math.abs(value - composed.weights[i]![j]!), `parameter ${i}, element ${j}`).toBeLessThan(
            2e-5,
          );
        });
      });
      expect(fused.losses.at(-1)).toBeLessThan(fused.losses[0]!);
    },
  );
});
