import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkExperiment } from '../../src/experiment/check-experiment.ts';
import { loadExperiment } from '../../src/experiment/load-experiment.ts';
import { loadSweep, type SweepOptions } from '../../src/sweep/load-sweep.ts';

const settingsOf = async (reference: string, options: SweepOptions) =>
  (await loadSweep(reference, options)).trials.map(({ settings }) => settings);

/** The message of the error that a sweep gives. */
const problemOf = (reference: string, options: SweepOptions): Promise<string> =>
  loadSweep(reference, options).then(
    () => 'no problem',
    (error: Error) => `${error.name}: ${error.message}`,
  );

const document = (sweep: object): SweepOptions => ({ text: JSON.stringify({ name: 'mine', ...sweep }) });

describe('a sweep of an experiment', () => {
  test('crosses the values of its axes, and makes one value a change to every trial', async () => {
    const { name, trials, monitor, combinations } = await loadSweep('xor', {
      set: ['optimizer.lr=0.1,1', 'epochs=5', 'seed=1..2'],
    });
    expect([name, monitor, combinations]).toEqual(['xor', 'train.loss', 4]);
    expect(
      trials.map(({ run, settings, experiment }) => [
        run,
        settings,
        experiment.optimizer.lr,
        experiment.seed,
      ]),
    ).toEqual([
      ['trial-01', { 'optimizer.lr': 0.1, seed: 1 }, 0.1, 1],
      ['trial-02', { 'optimizer.lr': 0.1, seed: 2 }, 0.1, 2],
      ['trial-03', { 'optimizer.lr': 1, seed: 1 }, 1, 1],
      ['trial-04', { 'optimizer.lr': 1, seed: 2 }, 1, 2],
    ]);
    expect(trials.every(({ experiment }) => experiment.epochs === 5)).toBe(true);
  });

  test('is that experiment but for what is set', async () => {
    const { trials } = await loadSweep('xor', { set: ['optimizer.lr=0.1,1'] });
    expect(trials[1]!.experiment).toEqual(await loadExperiment('xor', { set: ['optimizer.lr=1'] }));
  });

  test('sweeps over variants', async () => {
    const { name, trials } = await loadSweep('mnist-single', {
      set: ['variant=choice(mse,bce)', 'optimizer.lr=0.5'],
    });
    expect(name).toBe('mnist-single');
    expect(
      trials.map(({ experiment }) => [experiment.name, experiment.loss.type, experiment.optimizer.lr]),
    ).toEqual([
      ['mnist-single-mse', 'mse', 0.5],
      ['mnist-single-bce', 'bce', 0.5],
    ]);
  });

  test('compares all trials by one metric', async () => {
    const set = ['data.validation=none,0.5'];
    expect(await problemOf('weight-height', { set })).toBe(
      'ExperimentError: sweep: checkpoint.monitor: expected one metric to compare trials by, got train.loss, validation.loss; set checkpoint.monitor',
    );
    expect(
      (await loadSweep('weight-height', { set: [...set, 'checkpoint.monitor=train.loss'] })).monitor,
    ).toBe('train.loss');
  });

  test('draws where an axis is continuous or a number of trials is given, by the seed', async () => {
    const set = ['optimizer.lr=log(0.01,1)'];
    expect(await settingsOf('xor', { set })).toHaveLength(20);
    const drawn = async (seed: number) =>
      (await settingsOf('xor', { set, trials: 4, seed })).map((settings) => settings['optimizer.lr']);
    const first = await drawn(1);
    expect(await drawn(1)).toEqual(first);
    expect(await drawn(2)).not.toEqual(first);
    expect(await settingsOf('xor', { set: ['optimizer.lr=1,2,3'], trials: 2 })).toHaveLength(2);
  });

  test('gives each trial a seed of its own by --seed, unless the seed is set', async () => {
    const seeds = async (options: SweepOptions) =>
      (await loadSweep('xor', options)).trials.map(({ experiment }) => experiment.seed);
    const set = ['optimizer.lr=1,2,3'];
    expect(await seeds({ set })).toEqual([777, 777, 777]);
    expect(await seeds({ set, seed: 5 })).toEqual([5, 6, 7]);
    expect(await settingsOf('xor', { set: ['optimizer.lr=1,2'], seed: 5 })).toEqual([
      { 'optimizer.lr': 1, seed: 5 },
      { 'optimizer.lr': 2, seed: 6 },
    ]);
    expect(await seeds({ set: [...set, 'seed=9'], seed: 5 })).toEqual([9, 9, 9]);
    expect(await seeds({ set: ['seed=1..3'], seed: 5 })).toEqual([1, 2, 3]);
  });

  test.each<[SweepOptions, string]>([
    [
      {},
      'sweep: expected something to change: --set path=values, such as optimizer.lr=0.1,0.01 or seed=1..5, got one value of each',
    ],
    [{ set: ['optimizr.lr=1,2'] }, '--set optimizr.lr=1,2: optimizr: unknown key; did you mean "optimizer"?'],
    [
      { set: ['optimizer.lrr=1,2'] },
      '--set optimizer.lrr=1,2: optimizer.lrr: unknown key; did you mean "lr"?',
    ],
    [
      { set: ['model.77.out=1,2'] },
      '--set model.77.out=1,2: model.77: expected an index from 0 to 4, got "77"',
    ],
    [
      { set: ['optimizer.lr=1,-2'] },
      '--set optimizer.lr=1,-2: optimizer.lr: expected a number of at least 0, got -2',
    ],
    [
      { set: ['model.0.out=uniform(1,9)'], seed: 0 },
      '--set model.0.out=uniform(1,9): model.0.out: expected an integer, got 8.76042; use first..last for integers',
    ],
    [
      { set: ['model.2.out=1,2'] },
      '--set model.2.out=1,2: model.2.out: expected 1 output from the last layer for the data xor, got 2',
    ],
    [
      { set: ['variant=choice(a,b)'] },
      '--set variant=choice(a,b): variants: expected an experiment that has variants, got "a"',
    ],
    [
      { set: ['seed=1..200', 'epochs=1..200'] },
      'sweep: expected at most 10000 trials, got 40000 combinations; set --trials N to draw N of them',
    ],
    [{ set: ['seed=1..2'], trials: 20_000 }, 'sweep: expected at most 10000 trials, got 20000'],
    [{ set: ['seed=1..2'], trials: 0.5 }, 'sweep: expected trials to be an integer of at least 1, got 0.5'],
    [{ set: ['seed=1,2', 'seed=3,4'] }, '--set seed=3,4: expected seed once, got it twice'],
    [
      { set: ['=1,2'] },
      '--set =1,2: expected path=values, such as optimizer.lr=0.1,0.01, got no path or no values',
    ],
    [
      { set: ['seed'] },
      '--set seed: expected path=values, such as optimizer.lr=0.1,0.01, got no path or no values',
    ],
    [
      { set: ['seed=5..1'] },
      '--set seed=5..1: expected first <= last in first..last, got 5..1, which is empty',
    ],
  ])('%j is an error', async (options, message) => {
    expect(await problemOf('xor', options)).toBe(`ExperimentError: ${message}`);
  });

  test('says what was meant where a name is neither', async () => {
    expect(await problemOf('diabetes-homewrk', {})).toMatch(
      /got "diabetes-homewrk"; did you mean "diabetes-homework"\?$/,
    );
    await expect(loadSweep('xor', { sets: [] } as never)).rejects.toThrow(
      /loadSweep: expected options among .*did you mean set/,
    );
  });
});

describe('a document', () => {
  test('has axes of a path, of several paths, and of named changes, in its order', async () => {
    const { trials, name, prune } = await loadSweep(
      'sweep.json',
      document({
        experiment: 'xor-wide-deep',
        prune: true,
        axes: {
          'optimizer.lr': [0.1, 1],
          width: { paths: ['model.0.out', 'model.2.out', 'model.4.out'], values: '4..5' },
          head: { options: { plain: {}, tanh: { 'model.1': 'tanh', epochs: 3 } } },
        },
      }),
    );
    expect([name, trials.length, prune]).toEqual(['mine', 8, { trials: 3 }]);
    expect(trials[1]!.settings).toEqual({ 'optimizer.lr': 0.1, width: 4, head: 'tanh' });
    expect(trials[1]!.experiment).toMatchObject({
      epochs: 3,
      model: [{ out: 4 }, { type: 'tanh' }, { out: 4 }, {}, { out: 4 }, {}, { out: 1 }, {}],
    });
  });

  test('prunes as it says, unless it is told otherwise', async () => {
    const axes = { 'optimizer.lr': [0.1, 1] };
    const pruneOf = async (prune?: boolean, own?: boolean) => {
      const written = document({
        experiment: 'xor-wide-deep',
        axes,
        ...(prune === undefined ? {} : { prune }),
      });
      return (await loadSweep('sweep.json', { ...written, ...(own === undefined ? {} : { prune: own }) }))
        .prune;
    };
    expect([
      await pruneOf(),
      await pruneOf(true),
      await pruneOf(false),
      await pruneOf(true, false),
      await pruneOf(undefined, true),
    ]).toEqual([undefined, { trials: 3 }, undefined, undefined, { trials: 3 }]);
  });

  test('may hold its experiment, or name a file beside it', async () => {
    const experiment = {
      name: 'inner',
      data: { source: 'xor' },
      model: [{ type: 'linear', out: 1 }, 'sigmoid'],
      loss: 'bce',
      optimizer: { type: 'sgd', lr: 1 },
      epochs: 2,
    };
    const axes = { seed: '1..3' };
    expect((await loadSweep('a.json', document({ experiment, axes }))).trials).toHaveLength(3);
    const folder = mkdtempSync(join(tmpdir(), 'kindling-sweep-'));
    writeFileSync(join(folder, 'inner.json'), JSON.stringify(experiment));
    writeFileSync(
      join(folder, 'sweep.json'),
      JSON.stringify({ name: 'outer', experiment: 'inner.json', axes }),
    );
    const { name, trials } = await loadSweep(join(folder, 'sweep.json'));
    expect([name, trials[0]!.experiment.name]).toEqual(['outer', 'inner']);
  });

  test('takes other values for its axes, some of the named ones, and further axes from the command line', async () => {
    const text = document({
      experiment: 'xor',
      axes: {
        width: { paths: ['model.0.out'], values: [2, 4] },
        depth: { options: { '1': {}, '2': { epochs: 7 } } },
      },
      trials: 4,
    });
    const { trials } = await loadSweep('s.json', {
      ...text,
      set: ['width=3', 'depth=2', 'seed=1..2'],
      trials: 2,
    });
    expect(trials.map(({ settings }) => settings).sort((a, b) => Number(a.seed) - Number(b.seed))).toEqual([
      { width: 3, depth: 2, seed: 1 },
      { width: 3, depth: 2, seed: 2 },
    ]);
    expect(trials[0]!.experiment).toMatchObject({ epochs: 7, model: [{ out: 3 }, {}, {}, {}] });
    expect(await problemOf('s.json', { ...text, set: ['depth=3'] })).toBe(
      'ExperimentError: --set depth=3: expected options of the axis depth (1, 2), got 3',
    );
  });

  test('is no experiment, and an error where one is expected says so', async () => {
    const { text } = document({ experiment: 'xor', axes: { seed: '1..2' } });
    const message = 's.json: expected an experiment, got a sweep; run kindling sweep s.json';
    await expect(loadExperiment('s.json', { text })).rejects.toThrow(message);
    expect((await checkExperiment('s.json', { text })).problems).toHaveLength(1);
  });

  test.each<[object, string]>([
    [
      { axis: {}, experiment: 'xor' },
      's.json:1:1: axes: expected an object, got nothing\ns.json:1:16: axis: unknown key; did you mean "axes"?',
    ],
    [
      { experiment: 'xor', axes: { a: { path: ['epochs'], values: [1, 2] } } },
      's.json:1:48: axes.a.path: unknown key; did you mean "paths"?',
    ],
    [
      { experiment: 'xor', axes: { a: { paths: ['epochs'] } } },
      's.json:1:47: axes.a: expected values or options, got neither',
    ],
    [
      { experiment: 'xor', axes: { a: { options: { x: {} }, paths: ['epochs'] } } },
      's.json:1:47: axes.a: expected no paths with options, which name their own, got both',
    ],
    [
      { experiment: 'xor', axes: { a: { options: {} } } },
      's.json:1:47: axes.a: expected at least one of the options, got none',
    ],
    [{ experiment: 'xor', axes: { a: 5 } }, 's.json:1:47: axes.a: expected an object, got 5'],
    [
      { experiment: 'xor', axes: { 'optimizer.lr': 'log(0,1)' } },
      's.json:1:58: axes.optimizer.lr: expected bounds above 0 in log(low,high), got log(0,1)',
    ],
    [
      { experiment: 'xor', axes: { a: { options: { x: { 'optimizr.lr': 1 } } } } },
      's.json:1:64: optimizr: unknown key; did you mean "optimizer"?',
    ],
    [
      { experiment: 'xor', axes: { a: { options: { x: { 'model.9': 'relu' } } } } },
      's.json:1:64: model.9: expected an index from 0 to 4, got "9"',
    ],
    [
      { experiment: 'xor', axes: { a: { options: { x: { 'a..b': 1 } } } } },
      's.json:1:64: expected a path of keys joined by dots, such as optimizer.lr, got "a..b"',
    ],
    [
      { experiment: 'xor', axes: { seed: '1..2' }, trials: 0 },
      's.json:1:67: trials: expected a number of at least 1, got 0',
    ],
    [{ experiment: 'diabetes-homework', axes: { seed: '1..2' } }, 'diabetes-homework: expected one of'],
  ])('%j is an error with its place', async (sweep, message) => {
    expect(await problemOf('s.json', document(sweep))).toContain(`ExperimentError: ${message}`);
  });
});

test('a document of anything is a sweep or an ExperimentError', async () => {
  const path = fc.constantFrom(
    'seed',
    'epochs',
    'optimizer.lr',
    'model.0',
    'model.0.out',
    '__proto__.x',
    'constructor',
    '',
  );
  const values = fc.oneof(
    fc.array(fc.jsonValue(), { maxLength: 4 }),
    fc.constantFrom('1..3', '0.1,1', 'log(1,2)', 'log(2,1)', 'choice(a)', ''),
  );
  const axis = fc.oneof(
    values,
    fc.record({ paths: fc.array(path, { maxLength: 2 }), values }, { requiredKeys: [] }),
    fc.record({ options: fc.dictionary(fc.string(), fc.dictionary(path, fc.jsonValue()), { maxKeys: 3 }) }),
    fc.jsonValue(),
  );
  const anything = fc.record(
    {
      name: fc.oneof(fc.constant('mine'), fc.jsonValue()),
      experiment: fc.oneof(fc.constant('xor'), fc.jsonValue()),
      axes: fc.oneof(fc.dictionary(fc.oneof(path, fc.string()), axis, { maxKeys: 3 }), fc.jsonValue()),
      trials: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.jsonValue()),
      prune: fc.oneof(fc.boolean(), fc.jsonValue()),
    },
    { requiredKeys: ['name', 'experiment', 'axes'] },
  );
  await fc.assert(
    fc.asyncProperty(anything, async (written) => {
      try {
        const { trials } = await loadSweep('any.json', { text: JSON.stringify(written) });
        expect(trials.length).toBeGreaterThan(0);
      } catch (error) {
        expect((error as Error).name).toMatch(/^(ExperimentError|JsonSyntaxError)$/);
      }
    }),
    { numRuns: 500 },
  );
});
