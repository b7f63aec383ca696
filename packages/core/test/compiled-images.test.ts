import { describe, expect, test } from 'vitest';
import { compile, F, keep, manualSeed, nn, randn, type Tensor, tensor } from '../src/index.ts';

/** A net of pooling and normalization with its gradients, from a seed. */
function net() {
  manualSeed(5);
  const norm = new nn.BatchNorm2d(3);
  const dense = new nn.BatchNorm1d(12);
  const input = keep(randn([4, 3, 9, 8]));
  const step = (x: Tensor): Tensor => {
    let y = F.maxPool2d(norm.forward(F.pad(x, [1, 1, 1, 1], 'reflect')), 3, { stride: 2, padding: 1 });
    y = F.adaptiveMaxPool2d(F.avgPool2d(y, 2, { stride: 1 }), [2, 2]);
    y = dense.forward(y.flatten(1)).relu();
    y.reshape([4, 3, 2, 2])
      .mul(F.interpolate(F.adaptiveAvgPool2d(x, 1), { scaleFactor: 2 }))
      .sum()
      .backward();
    return y;
  };
  const state = (): number[][] =>
    [norm, dense].flatMap((module) => [
      ...module.parameters().map((parameter) => [...parameter.grad!.data()]),
      ...[module.runningMean!, module.runningVar!].map((buffer) => [...buffer.data()]),
    ]);
  return { input, step, state };
}

/** Whether the CPU's engine records. */
const records = tensor([0]).storage.backend.capture !== undefined;

describe.skipIf(!records)('pooling and normalization', () => {
  test('have the same bits recorded as eagerly, running statistics and gradients too', () => {
    const eager = net();
    const recorded = net();
    const compiled = compile(recorded.step);
    for (let i = 0; i < 6; i++) {
      expect([...compiled(recorded.input).data()]).toEqual([...eager.step(eager.input).data()]);
      expect(recorded.state()).toEqual(eager.state());
    }
    expect(compiled.replays).toBeGreaterThan(0);
  });
});
