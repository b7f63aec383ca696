import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runBench } from '../src/bench.ts';
import type { Implementation } from '../src/implementations.ts';
import type { Effort } from '../src/measure/effort.ts';
import type { CommandWorkload, LaunchWorkload, SizeWorkload, StepWorkload } from '../src/workload.ts';
import { fakeImplementation } from './fake-peer.ts';

const effort: Effort = {
  runs: 3,
  sample: 0.1,
  settle: 0,
  budget: 10,
  longestSample: 60,
  patience: 10,
  preparation: 10,
};

const softmax = { kind: 'softmax', rows: 2, columns: 2 } as const;
const steps: StepWorkload = {
  name: 'steps',
  group: 'group',
  measure: 'steps',
  unit: 'µs/step',
  step: softmax,
};

let dir = '';
let log = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'bench-test-'));
  log = join(dir, 'log');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
});

const run = (
  workload: StepWorkload | LaunchWorkload | CommandWorkload | SizeWorkload,
  implementations: readonly Implementation[],
  changed: Partial<Effort> = {},
) => runBench({ workloads: [workload], implementations, effort: { ...effort, ...changed }, quick: true });

describe('steps', () => {
  test('are measured in turn, each round beginning with another', async () => {
    const { rows, notes, versions } = await run(steps, [
      fakeImplementation('a', { perStep: 0.001, log }),
      fakeImplementation('b', { perStep: 0.002, log }),
      fakeImplementation('c', { perStep: 0.02, log }),
    ]);
    expect(
      rows.map(({ implementation, median, runs }) => [implementation, Math.round(median), runs]),
    ).toEqual([
      ['a', 1000, 3],
      ['b', 2000, 3],
      ['c', 20_000, 3],
    ]);
    expect(notes).toEqual([]);
    expect(versions).toEqual({ 'jax-js': { fake: '1' } });

    const samples = (await readFile(log, 'utf8')).split('\n').filter((line) => line.includes('step'));
    expect(samples.slice(-9)).toEqual([
      'a step 100',
      'b step 50',
      'c step 5',
      'b step 50',
      'c step 5',
      'a step 100',
      'c step 5',
      'a step 100',
      'b step 50',
    ]);
  });

  test('of an epoch are measured together', async () => {
    const epoch: StepWorkload = { ...steps, unit: 's/epoch', stepsPerUnit: 1000 };
    const { rows } = await run(epoch, [fakeImplementation('a', { perStep: 0.002, log })]);
    expect(rows[0]).toMatchObject({ median: 2, runs: 3 });
    expect(await readFile(log, 'utf8')).toContain('a step 1000\n');
  });

  test('are work in time where the unit says so', async () => {
    const work: StepWorkload = { ...steps, unit: 'GFLOP/s', work: 5e6 };
    const { rows } = await run(work, [fakeImplementation('a', { perStep: 0.001 })]);
    expect(rows[0]?.median).toBeCloseTo(5);
  });

  test('end with the budget, but not before the first sample', async () => {
    const epoch: StepWorkload = { ...steps, unit: 's/epoch', stepsPerUnit: 4000 };
    const { rows } = await run(epoch, [
      fakeImplementation('a', { perStep: 0.001 }),
      fakeImplementation('b', { perStep: 0.005 }),
    ]);
    expect(rows.map(({ implementation, runs }) => [implementation, runs])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });

  test('are left out, by name, of who is absent, wrong, slow or broken; the others go on', async () => {
    const { rows, notes } = await run({ ...steps, unit: 's/epoch', stepsPerUnit: 100 }, [
      fakeImplementation('absent', { on: { start: 'refuse' } }),
      fakeImplementation('unable', { on: { prepare: 'refuse' } }),
      fakeImplementation('slow', { perStep: 1 }),
      fakeImplementation('broken', { on: { step: 'end' } }),
      fakeImplementation('wrong', { check: 7 }),
      fakeImplementation('good', {}),
      fakeImplementation('better', {}),
    ]);
    expect(rows.map(({ implementation }) => implementation)).toEqual(['good', 'better']);
    expect(notes.find(({ implementation }) => implementation === 'slow')?.detail).toBe(
      '100 steps would take about 100 s',
    );
    expect(Object.fromEntries(notes.map(({ implementation, reason }) => [implementation, reason]))).toEqual({
      absent: 'not installed',
      unable: 'cannot prepare',
      slow: 'too slow',
      broken: 'its process ended (exit code 3)',
      wrong: 'computed 7 where 1 was expected',
    });
  });

  test('do not end with a peer that cannot let go or say what it is', async () => {
    const { rows, versions } = await run(steps, [
      fakeImplementation('a', { on: { release: 'end', versions: 'refuse' } }),
    ]);
    expect(rows).toHaveLength(1);
    expect(versions).toEqual({});
  });

  test('are only asked of those with the right number of threads and kind', async () => {
    const one = fakeImplementation('one', {});
    const { rows } = await run({ ...steps, threads: 1 }, [
      one,
      { ...fakeImplementation('two', {}), threads: 2 },
      { ...fakeImplementation('other', {}), kinds: ['limit'] },
    ]);
    expect(rows.map(({ implementation }) => implementation)).toEqual(['one']);
  });
});

describe('launches', () => {
  const launch = { name: 'launch', group: 'start' } as const;

  test('import, first step and memory come from fresh processes', async () => {
    const fake = [fakeImplementation('a', { log })];
    const imported = await run({ ...launch, measure: 'import', unit: 'ms' }, fake);
    expect(imported.rows[0]).toMatchObject({ median: 500, mad: 0, runs: 3 });

    const memory = await run(
      { ...launch, measure: 'peak-memory', unit: 'MB', step: softmax, steps: 5 },
      fake,
    );
    expect(memory.rows[0]).toMatchObject({ median: 2, runs: 3 });
    expect(await readFile(log, 'utf8')).toMatch(/a prepare \na step 5\na memory \n/);

    const { rows } = await run({ ...launch, measure: 'first-step', unit: 'ms', step: softmax }, fake);
    expect(rows[0]?.min).toBeGreaterThan(0);
  });

  test('a page counts from its opening and tells what it loads, and knows no memory', async () => {
    const fakes = [{ ...fakeImplementation('page', { log }), isPage: true as const }];
    const first = await run({ ...launch, measure: 'first-step', unit: 'ms', step: softmax }, fakes);
    expect(first.rows[0]?.min).toBeGreaterThan(500);
    const process = fakeImplementation('process', { log });
    const loaded = await run({ ...launch, measure: 'download', unit: 'kB', step: softmax }, [
      ...fakes,
      process,
    ]);
    expect(loaded.rows.map(({ implementation, median }) => [implementation, median])).toEqual([['page', 64]]);
    expect((await run({ ...launch, measure: 'peak-memory', unit: 'MB' }, fakes)).rows).toEqual([]);
  });

  test('one that fails is left out', async () => {
    const { rows, notes } = await run({ ...launch, measure: 'import', unit: 'ms' }, [
      fakeImplementation('a', { on: { start: 'complain' } }),
      fakeImplementation('b', {}),
    ]);
    expect(rows.map(({ implementation }) => implementation)).toEqual(['b']);
    expect(notes).toEqual([
      { implementation: 'a', workload: 'launch', reason: 'its process ended (exit code 1): no such library' },
    ]);
  });
});

test('commands are timed for the families that take part; those that fail are left out', async () => {
  const commands: CommandWorkload = {
    name: 'command',
    group: 'start',
    measure: 'command',
    unit: 'ms',
    commands: {
      'jax-js': [process.execPath, '-e', '0'],
      'PyTorch eager': [process.execPath, '-e', 'process.exit(3)'],
      machine: ['no-such-program'],
      'TF.js CPU': [process.execPath, '-e', '0'],
    },
  };
  const { rows, notes } = await run(commands, [
    fakeImplementation('jax-js', {}),
    fakeImplementation('PyTorch eager 1t', {}, 'PyTorch eager'),
    fakeImplementation('machine', {}, 'machine'),
  ]);
  expect(rows.map(({ implementation }) => implementation)).toEqual(['jax-js']);
  expect(rows[0]?.min).toBeGreaterThan(0);
  expect(notes.map(({ implementation, reason }) => [implementation, reason])).toEqual([
    ['PyTorch eager', expect.stringContaining('ended with exit code 3')],
    ['machine', expect.stringContaining('ENOENT')],
  ]);
});

test('commands run in an empty folder, and only where the data is that they read', async () => {
  const commands = (dataFolder?: string): CommandWorkload => ({
    name: 'command',
    group: 'start',
    measure: 'command',
    unit: 'ms',
    commands: {
      'jax-js': [
        process.execPath,
        '-e',
        "const fs = require('fs'); const { length } = fs.readdirSync('.'); fs.writeFileSync('run', ''); process.exit(length);",
      ],
    },
    ...(dataFolder === undefined ? {} : { dataFolder }),
  });
  vi.stubEnv('KINDLING_DATA_DIR', dir);
  const peers = [fakeImplementation('jax-js', {})];
  expect((await run(commands(), peers)).rows).toHaveLength(1);
  expect((await run(commands('.'), peers)).rows).toHaveLength(1);
  const { rows, notes } = await run(commands('digits'), peers);
  expect(rows).toEqual([]);
  expect(notes).toEqual([
    {
      implementation: 'jax-js',
      workload: 'command',
      reason: 'expected a folder digits in KINDLING_DATA_DIR, found none',
    },
  ]);
});

test('sizes are those of zipped files; what is not there is left out', async () => {
  const path = join(dir, 'module.wasm');
  await writeFile(path, new Uint8Array(1e6));
  const sizes: SizeWorkload = {
    name: 'module',
    group: 'size',
    measure: 'size',
    unit: 'kB',
    files: { 'jax-js': path, 'TF.js WASM': `${path}.none`, 'TF.js CPU': path },
  };
  const { rows, notes } = await run(sizes, [
    fakeImplementation('jax-js', {}),
    fakeImplementation('TF.js WASM', {}, 'TF.js WASM'),
  ]);
  expect(rows).toMatchObject([{ implementation: 'jax-js', unit: 'kB', runs: 1 }]);
  expect(rows[0]?.median).toBeGreaterThan(0.9);
  expect(rows[0]?.median).toBeLessThan(1.1);
  expect(notes).toMatchObject([{ implementation: 'TF.js WASM', reason: expect.stringContaining('ENOENT') }]);
});

test('an interrupted bench gives back what it has', async () => {
  const interrupt = new AbortController();
  const { rows } = await runBench({
    workloads: [steps, { ...steps, name: 'next' }],
    implementations: [fakeImplementation('a', {})],
    effort,
    quick: true,
    signal: interrupt.signal,
    onWorkload: ({ name }) => {
      if (name === 'next') interrupt.abort();
    },
  });
  expect(rows.map(({ workload }) => workload)).toEqual(['steps']);
});
