// A recorded training step gives the bits of the eager one, and memory stays level.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compile,
  dynamicScalar,
  manualSeed,
  nn,
  noGrad,
  randint,
  randn,
  scope,
  tensor,
} from '../../dist/index.js';
import { backendFor } from '../../dist/internal-engines.js';

const device = 'cuda';
const cuda = backendFor(device);
const bits = (x) => Buffer.from(x.data().buffer);

/** A classifier and its training step by gradient descent with momentum, in tensor operations alone. */
function training(seed) {
  manualSeed(seed);
  const model = new nn.Sequential(new nn.Linear(20, 64), new nn.ReLU(), new nn.Linear(64, 5)).to(device);
  const parameters = model.parameters();
  const velocity = parameters.map((parameter) => parameter.mul(0).detach());
  let count = 0;
  const step = (x, target) => {
    for (const parameter of parameters) {
      parameter.grad?.dispose();
      parameter.grad = null;
    }
    const loss = model.forward(x).logSoftmax(1).gather(1, target).mean().neg();
    loss.backward();
    noGrad(() => {
      parameters.forEach((parameter, i) => {
        velocity[i].mul_(0.9).add_(parameter.grad);
        parameter.sub_(velocity[i].mul(dynamicScalar(() => 0.1 / (1 + 0.01 * count++), parameter)));
      });
    });
    return loss.detach();
  };
  return { parameters, step };
}

const batch = () => [randn([32, 20], { device }), randint(0, 5, [32, 1], { device })];

test('recorded = eager, bit for bit, over 200 steps', () => {
  const eager = training(3);
  const recorded = training(3);
  const step = compile(recorded.step);
  manualSeed(11);
  for (let i = 0; i < 200; i++) {
    scope(() => {
      const [x, target] = batch();
      const expected = scope(() => eager.step(x, target));
      assert.deepEqual(bits(step(x, target)), bits(expected), `loss of step ${i}`);
    });
  }
  eager.parameters.forEach((parameter, i) => {
    assert.deepEqual(bits(recorded.parameters[i]), bits(parameter), `parameter ${i}`);
  });
  assert.ok(step.replays > 190, `${step.replays} replays; ${step.unsupportedReason}`);
});

test('repeated = eager, bit for bit, over 300 steps', () => {
  const eager = training(8);
  const repeated = training(8);
  const step = compile(repeated.step);
  manualSeed(12);
  const [x, target] = batch();
  const losses = step.runMany(300, [x, target]).data();
  for (let i = 0; i < 300; i++) {
    const loss = scope(() => eager.step(x, target));
    assert.ok(
      Object.is(loss.item(), losses[i]),
      `loss of step ${i}: expected ${loss.item()}, got ${losses[i]}`,
    );
    loss.dispose();
  }
  eager.parameters.forEach((parameter, i) => {
    assert.deepEqual(bits(repeated.parameters[i]), bits(parameter), `parameter ${i}`);
  });
});

/** Steps of the test of memory; the emulator takes fewer. */
const steps = Number(process.env.KINDLING_TEST_STEPS ?? 20_000);

test(`memory stays level over ${steps} replays and ${steps / 10} eager steps`, () => {
  const { step } = training(5);
  const compiled = compile(training(6).step);
  const [x, target] = batch();
  let early = 0;
  for (let i = 0; i < steps; i++) {
    // Each loss is disposed of: what a loop that never awaits drops is not collected.
    compiled(x, target).dispose();
    if (i < steps / 10) scope(() => step(x, target)).dispose();
    if (i === steps / 20) early = cuda.memory.reserved;
    if (i % 1000 === 0) scope(() => compiled(x, target).item());
  }
  const grown = cuda.memory.reserved - early;
  assert.ok(grown < 2 ** 20, `${grown} bytes more than after ${steps / 20} steps`);
});

test('a bad index in a replay is told at the next reading', () => {
  const pick = compile((x, index) => x.indexSelect(0, index));
  const x = tensor([1, 2, 3], { device });
  const index = (value) => tensor([value], { dtype: 'int32', device });
  for (let i = 0; i < 6; i++) assert.deepEqual(pick(x, index(i % 3)).toArray(), [(i % 3) + 1]);
  assert.throws(() => pick(x, index(3)).toArray(), /indexSelect: expected indices in \[0, 2\], got 3/);
  assert.deepEqual(pick(x, index(1)).toArray(), [2]);
});
