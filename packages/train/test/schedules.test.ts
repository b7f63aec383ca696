import { ArgumentError, tensor } from '@kindling/core';
import {
  Adagrad,
  Adam,
  CosineAnnealingLR,
  type CountedSchedule,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiStepLR,
  OneCycleLR,
  type Optimizer,
  ReduceLROnPlateau,
  type Schedule,
  SequentialLR,
  SGD,
  StepLR,
  schedules,
} from '@kindling/train';
import { describe, expect, test } from 'vitest';

const sgd = (lr = 0.1): SGD => new SGD([tensor([0], { requiresGrad: true })], { lr, momentum: 0.9 });

function rates(make: (optimizer: Optimizer) => Schedule, steps: number): number[] {
  const schedule = make(sgd());
  const seen = [schedule.lastLr[0]!];
  for (let i = 0; i < steps; i++) {
    schedule.step();
    seen.push(schedule.lastLr[0]!);
  }
  return seen;
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((rate, i) => {
    expect(Math.abs(actual[i]! - rate)).toBeLessThanOrEqual(1e-15);
  });
}

const warmUp = (optimizer: Optimizer, startFactor: number, totalIters: number): CountedSchedule =>
  new LinearLR(optimizer, { startFactor, totalIters });

describe('what PyTorch 2.15 prints', () => {
  test('LambdaLR', () => {
    const lambda = (optimizer: Optimizer) => new LambdaLR(optimizer, (epoch) => 0.95 ** epoch);
    expectClose(rates(lambda, 4), [0.1, 0.095, 0.09025, 0.0857375, 0.081450625]);
  });

  test('a warm-up and a cosine in sequence', () => {
    const make = (optimizer: Optimizer) =>
      new SequentialLR(optimizer, {
        schedules: [warmUp(optimizer, 0.1, 3), new CosineAnnealingLR(optimizer, { tMax: 5 })],
        milestones: [3],
      });
    expectClose(
      rates(make, 9),
      [
        0.010000000000000002, 0.04, 0.07, 0.1, 0.09045084971874738, 0.06545084971874737, 0.03454915028125263,
        0.009549150281252633, 0, 0.009549150281252628,
      ],
    );
  });

  test('three schedules in sequence', () => {
    const make = (optimizer: Optimizer) =>
      new SequentialLR(optimizer, {
        schedules: [
          warmUp(optimizer, 0.5, 2),
          new StepLR(optimizer, { stepSize: 2 }),
          new ExponentialLR(optimizer, { gamma: 0.5 }),
        ],
        milestones: [2, 6],
      });
    expectClose(rates(make, 9), [0.05, 0.075, 0.1, 0.1, 0.01, 0.01, 0.1, 0.05, 0.025, 0.0125]);
  });

  test('a schedule that changes the rate as it begins', () => {
    const make = (optimizer: Optimizer) =>
      new SequentialLR(optimizer, {
        schedules: [
          warmUp(optimizer, 0.5, 2),
          new MultiStepLR(optimizer, { milestones: [0, 2], gamma: 0.5 }),
        ],
        milestones: [2],
      });
    expectClose(rates(make, 6), [0.05, 0.075, 0.05, 0.05, 0.025, 0.025, 0.025]);
  });

  test('two schedules of one optimizer multiply', () => {
    const optimizer = sgd();
    const both = [
      new StepLR(optimizer, { stepSize: 2, gamma: 0.5 }),
      new ExponentialLR(optimizer, { gamma: 0.9 }),
    ];
    const seen = [optimizer.paramGroups[0]!.lr];
    for (let i = 0; i < 5; i++) {
      for (const schedule of both) schedule.step();
      seen.push(optimizer.paramGroups[0]!.lr);
    }
    expectClose(seen, [0.1, 0.09, 0.0405, 0.03645, 0.0164025, 0.01476225]);
  });
});

describe('saved and loaded', () => {
  const makers: readonly (readonly [string, (optimizer: Optimizer) => Schedule])[] = [
    ['StepLR', (o) => new StepLR(o, { stepSize: 3 })],
    ['MultiStepLR', (o) => new MultiStepLR(o, { milestones: [2, 5, 9] })],
    ['ExponentialLR', (o) => new ExponentialLR(o, { gamma: 0.7 })],
    ['CosineAnnealingLR', (o) => new CosineAnnealingLR(o, { tMax: 7, etaMin: 0.001 })],
    ['LinearLR', (o) => new LinearLR(o, { totalIters: 8 })],
    ['LambdaLR', (o) => new LambdaLR(o, [(count) => 1 / (1 + count)])],
    ['OneCycleLR', (o) => new OneCycleLR(o, { maxLr: 1, totalSteps: 12 })],
    ['ReduceLROnPlateau', (o) => new ReduceLROnPlateau(o, { patience: 1, cooldown: 1 })],
    [
      'SequentialLR',
      (o) =>
        new SequentialLR(o, {
          schedules: [warmUp(o, 0.1, 3), new CosineAnnealingLR(o, { tMax: 9 })],
          milestones: [3],
        }),
    ],
    [
      'SequentialLR with a cycle to come',
      (o) =>
        new SequentialLR(o, {
          schedules: [warmUp(o, 0.1, 3), new OneCycleLR(o, { maxLr: 1, totalSteps: 12 })],
          milestones: [3],
        }),
    ],
  ];
  const metrics = [3, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1];
  const settings = (optimizer: SGD) => optimizer.paramGroups.map(({ lr, momentum }) => [lr, momentum]);

  test.each(makers)('%s goes on with the same rates', (_, make) => {
    for (let stop = 0; stop < 9; stop++) {
      const optimizer = sgd();
      const schedule = make(optimizer);
      for (let i = 0; i < stop; i++) schedule.step(metrics[i]!);
      const [saved, group] = JSON.parse(JSON.stringify([schedule.stateDict(), optimizer.stateDict()]));

      // Once with the optimizer's state, and once without: the schedule's own is enough.
      for (const withOptimizer of [true, false]) {
        const other = sgd();
        const resumed = make(other);
        if (withOptimizer) other.loadStateDict(group);
        resumed.loadStateDict(saved);
        const [expected, actual] = [sgd(), other];
        const reference = make(expected);
        for (let i = 0; i < stop; i++) reference.step(metrics[i]!);
        expect(settings(actual)).toEqual(settings(expected));
        for (let i = stop; i < 11; i++) {
          reference.step(metrics[i]!);
          resumed.step(metrics[i]!);
          expect(settings(actual)).toEqual(settings(expected));
        }
      }
    }
  });

  test('a state of another kind is refused', () => {
    const schedule = new StepLR(sgd(), { stepSize: 1 });
    const load = (state: Parameters<Schedule['loadStateDict']>[0]) => () => schedule.loadStateDict(state);
    expect(load({})).toThrow('StepLR: expected a saved state with the number count, got undefined');
    expect(load({ count: 1, baseLrs: [1, 2], lastLr: [1] })).toThrow(
      'StepLR: expected a saved state with 1 numbers baseLrs, got 1,2',
    );
  });
});

describe('OneCycleLR', () => {
  test("moves Adam's first beta, and leaves the second", () => {
    const optimizer = new Adam([tensor([0], { requiresGrad: true })], { betas: [0.5, 0.7] });
    const schedule = new OneCycleLR(optimizer, {
      maxLr: 1,
      totalSteps: 10,
      maxMomentum: 0.9,
      baseMomentum: 0.8,
    });
    expect(optimizer.paramGroups[0]!.betas).toEqual([0.9, 0.7]);
    schedule.step();
    schedule.step();
    expect(optimizer.paramGroups[0]!.betas).toEqual([0.8, 0.7]);
    expect(schedule.lastLr).toEqual([1]);
  });

  test('begins at the top where going up takes no time', () => {
    const schedule = new OneCycleLR(sgd(), { maxLr: 1, totalSteps: 10, pctStart: 0.1 });
    expect(schedule.lastLr).toEqual([1]);
  });

  test('ends', () => {
    const schedule = new OneCycleLR(sgd(), { maxLr: 1, epochs: 1, stepsPerEpoch: 2 });
    schedule.step();
    schedule.step();
    expect(() => schedule.step()).toThrow('OneCycleLR: expected at most 2 steps, got 3');
  });
});

describe('refusals say what was expected and what came', () => {
  const two = (): SGD => new SGD([{ params: [tensor([0])] }, { params: [tensor([1])], lr: 1 }], { lr: 0.1 });
  test.each([
    [
      'StepLR: expected stepSize to be an integer of at least 1, got 0',
      () => new StepLR(sgd(), { stepSize: 0 }),
    ],
    ['StepLR: expected gamma of at least 0, got -1', () => new StepLR(sgd(), { stepSize: 1, gamma: -1 })],
    [
      'MultiStepLR: expected a milestone to be an integer of at least 0, got 1.5',
      () => new MultiStepLR(sgd(), { milestones: [1, 1.5] }),
    ],
    [
      'ExponentialLR: expected gamma of at least 0, got NaN',
      () => new ExponentialLR(sgd(), { gamma: Number.NaN }),
    ],
    [
      'CosineAnnealingLR: expected tMax to be an integer of at least 1, got 0',
      () => new CosineAnnealingLR(sgd(), { tMax: 0 }),
    ],
    ['LinearLR: expected startFactor in (0, 1], got 0', () => new LinearLR(sgd(), { startFactor: 0 })],
    ['LinearLR: expected endFactor in [0, 1], got 2', () => new LinearLR(sgd(), { endFactor: 2 })],
    [
      'LambdaLR: expected 2 values of factor, one for each group, got 1',
      () => new LambdaLR(two(), [() => 1]),
    ],
    [
      'OneCycleLR: expected 2 values of maxLr, one for each group, got 3',
      () => new OneCycleLR(two(), { maxLr: [1, 2, 3], totalSteps: 5 }),
    ],
    [
      'OneCycleLR: expected totalSteps, or epochs and stepsPerEpoch, got neither',
      () => new OneCycleLR(sgd(), { maxLr: 1, epochs: 5 }),
    ],
    [
      'OneCycleLR: expected an optimizer with momentum or betas, got Adagrad; set cycleMomentum to false',
      () => new OneCycleLR(new Adagrad([tensor([0])]), { maxLr: 1, totalSteps: 5 }),
    ],
    ['LinearLR: expected endFactor in [0, 1], got 1.5', () => new LinearLR(sgd(), { endFactor: 1.5 })],
    ['LinearLR: expected endFactor in [0, 1], got -0.5', () => new LinearLR(sgd(), { endFactor: -0.5 })],
    [
      'ReduceLROnPlateau: expected factor in [0, 1), got 1',
      () => new ReduceLROnPlateau(sgd(), { factor: 1 }),
    ],
    [
      'ReduceLROnPlateau: expected the metric it watches, got undefined',
      () => new ReduceLROnPlateau(sgd()).step(),
    ],
    [
      'SequentialLR: expected one milestone less than schedules, got 1 and 1',
      () => {
        const optimizer = sgd();
        return new SequentialLR(optimizer, { schedules: [warmUp(optimizer, 1, 1)], milestones: [1] });
      },
    ],
    [
      'SequentialLR: expected schedules of one optimizer, got another at 0',
      () => new SequentialLR(sgd(), { schedules: [warmUp(sgd(), 1, 1)], milestones: [] }),
    ],
    [
      'SequentialLR: expected ascending milestones, got [4, 4]',
      () => {
        const optimizer = sgd();
        const parts = [1, 2, 3].map(() => warmUp(optimizer, 1, 1));
        return new SequentialLR(optimizer, { schedules: parts, milestones: [4, 4] });
      },
    ],
  ])('%s', (message, make) => {
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(message);
  });
});

test('the table names the schedules of experiment files', () => {
  expect(Object.keys(schedules)).toEqual([
    'step',
    'multiStep',
    'exponential',
    'cosine',
    'oneCycle',
    'plateau',
    'warmUp',
    'polynomial',
    'cosineWarmRestarts',
    'cyclic',
    'sequential',
  ]);
});

test('what a schedule leaves in an optimizer can be loaded, a hair below 0 too', () => {
  const optimizer = sgd();
  const schedule = new LinearLR(optimizer, { endFactor: 0, totalIters: 4 });
  for (let i = 0; i < 4; i++) schedule.step();
  const rate = optimizer.paramGroups[0]!.lr;
  expect(rate).toBe(-1.8503717077085946e-18);
  const other = sgd();
  other.loadStateDict(optimizer.stateDict());
  expect(other.paramGroups[0]!.lr).toBe(rate);
  // Whatever else a training puts there, too.
  for (const lr of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    optimizer.paramGroups[0]!.lr = lr;
    other.loadStateDict(optimizer.stateDict());
    expect(other.paramGroups[0]!.lr).toBe(lr);
  }
});
