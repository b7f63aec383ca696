import { nn, rand, type Tensor, tensor } from '@kindling/core';
import { LBFGS, type LBFGSOptions, mse, StepLR } from '@kindling/train';
import { describe, expect, test } from 'vitest';
import { read } from './golden/setting.ts';

/** Steps over Rosenbrock's function, as `tools/golden/optimizers.py` records them from PyTorch 2.15. */
interface Course {
  readonly name: string;
  readonly options: Partial<LBFGSOptions>;
  readonly losses: readonly number[];
  readonly points: readonly (readonly number[])[];
}

const { cases, start } = read<{ cases: Course[]; start: number[] }>('lbfgs');

function rosenbrock(options: Partial<LBFGSOptions>) {
  const point = tensor(start, { dtype: 'float64', requiresGrad: true });
  const optimizer = new LBFGS([point], options);
  const closure = (): Tensor => {
    optimizer.zeroGrad();
    const [x, y] = [point.select(0, 0), point.select(0, 1)];
    const loss = x.neg().add(1).square().add(y.sub(x.square()).square().mul(100));
    const signed = options.maximize ? loss.neg() : loss;
    signed.backward();
    return signed;
  };
  return { point, optimizer, step: () => optimizer.step(closure).item() };
}

const close = (values: readonly number[]) =>
  values.map((value) => expect.closeTo(value, Math.min(7, 7 - Math.log10(Math.abs(value) + 1e-9))));

describe('LBFGS takes the steps that PyTorch takes', () => {
  test.each(cases)('$name', ({ options, losses, points }) => {
    const { point, step } = rosenbrock(options);
    losses.forEach((loss, i) => {
      expect([step()]).toEqual(close([loss]));
      expect([...point.data()], `after step ${i}`).toEqual(close(points[i]!));
    });
  });
});

describe('LBFGS', () => {
  test('fits a regression in a few steps', () => {
    const model = new nn.Linear(3, 1);
    const optimizer = new LBFGS(model.parameters(), { lineSearch: 'strongWolfe' });
    const x = rand([20, 3]);
    const y = x.sum(1, { keepdim: true });
    const step = () =>
      optimizer.step(() => {
        optimizer.zeroGrad();
        const loss = mse(model.forward(x), y);
        loss.backward();
        return loss;
      });
    for (let i = 0; i < 5; i++) step();
    expect(step().item()).toBeLessThan(1e-8);
  });

  test('goes on from its state to the same bits', () => {
    const options = { lineSearch: 'strongWolfe', maxIter: 3, historySize: 2 } as const;
    const whole = rosenbrock(options);
    for (let i = 0; i < 6; i++) whole.step();
    const half = rosenbrock(options);
    for (let i = 0; i < 3; i++) half.step();
    const rest = rosenbrock(options);
    rest.point.detach().copy_(half.point.detach());
    rest.optimizer.loadStateDict(half.optimizer.stateDict());
    for (let i = 0; i < 3; i++) rest.step();
    expect([...rest.point.data()]).toEqual([...whole.point.data()]);
  });

  test('refuses a step without a closure, several groups, and options out of range', () => {
    const parameter = () => tensor([1], { requiresGrad: true });
    const optimizer = new LBFGS([parameter()]);
    expect(() => optimizer.step()).toThrow('LBFGS: expected step with a closure, got undefined');
    expect(() => new LBFGS([{ params: [parameter()] }, { params: [parameter()] }])).toThrow(
      'LBFGS: expected one group',
    );
    expect(() => new LBFGS([parameter()], { weightDecay: 1 })).toThrow(
      'LBFGS: expected weightDecay 0, got 1',
    );
    expect(() => new LBFGS([parameter()], { maxIter: 0 })).toThrow('LBFGS: expected maxIter');
    expect(() => new LBFGS([parameter()], { lineSearch: 'wolfe' as never })).toThrow(
      'LBFGS: expected lineSearch',
    );
    expect(() => optimizer.loadStateDict({ ...optimizer.stateDict(), state: { 0: { step: 1 } } })).toThrow(
      'LBFGS: expected a state of 1 weights, got func_evals undefined',
    );
  });

  test('has its rate changed by schedules', () => {
    const optimizer = new LBFGS([tensor([1], { requiresGrad: true })], { lr: 0.5 });
    const schedule = new StepLR(optimizer, { stepSize: 1 });
    schedule.step();
    expect(schedule.lastLr).toEqual([0.05]);
  });
});
