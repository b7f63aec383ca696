import { mkdirSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { createRun, flatSettings, RunFolder } from '@kindling/train';
import { beforeAll, describe, expect, test } from 'vitest';
import { comparedRun } from '../src/commands/runs/compare/compared-run.ts';
import { comparisonOf } from '../src/commands/runs/compare/comparison.ts';
import { comparisonTable } from '../src/commands/runs/compare/comparison-table.ts';
import { differingPaths } from '../src/commands/runs/compare/settings.ts';
import { createOutput } from '../src/terminal/output.ts';
import { kindling } from './process/in-process.ts';
import { jsonLines, newFolder } from './process/kindling.ts';

let cwd: string;

async function own(
  name: string,
  config: unknown,
  losses: readonly number[],
  accuracy: number,
): Promise<void> {
  const run = await createRun({ name, dir: join(cwd, 'runs'), config });
  for (const [step, loss] of losses.entries()) run.log(step, { loss, lr: 0.1, steadiness: step });
  run.logEpoch(0, { validation: { accuracy } });
  run.finish();
}

beforeAll(async () => {
  cwd = await newFolder();
  await own('a', { lr: 0.1, model: { widths: [8, 8] }, seed: 1 }, [3, 1, 2], 0.5);
  await own('b', { lr: 0.2, model: { widths: [8, 16] }, seed: 1, warmUp: true }, [3, 2.5, 1.5], 0.75);
  await own('c', { lr: 0.2, model: { widths: [8, 8] }, seed: 1 }, [Number.NaN], Number.NaN);
  await cp(join(cwd, 'runs', 'a'), join(cwd, 'runs', 'broken'), { recursive: true });
  writeFileSync(join(cwd, 'runs', 'broken', 'config.json'), '{');
  mkdirSync(join(cwd, 'runs', 'notes'));
});

describe('runs compare', () => {
  test('shows what differs, the newest and the best of each metric, and marks the best', async () => {
    const args = ['runs', 'compare', 'a', join('runs', 'b'), 'c', 'broken', 'a'];
    const { code, stdout, stderr } = await kindling(args, { cwd });
    expect(code, stderr).toBe(0);
    expect(stdout.replaceAll(/\d\.\d s/g, '0.0 s')).toBe(
      `
                              a           b          c   broken
───────────────────  ──────────  ──────────  ─────────  ───────
state                 completed   completed  completed  damaged
epochs done                   1           1          1        -
steps done                    3           3          1        -
time                      0.0 s       0.0 s      0.0 s        -
lr                          0.1         0.2        0.2        -
model.widths              [8,8]      [8,16]      [8,8]        -
warmUp                        -        true          -        -
validation.accuracy     0.5000      0.7500*       NaN         -
train.loss           2.0000000   1.5000000*       NaN         -
best train.loss      1.0000000*  1.5000000           -        -
train.steadiness      2.0000000   2.0000000  0.0000000        -

* the best of the runs
`.slice(1),
    );
    expect(stderr).toMatch(/^broken is damaged: .*config\.json:1:2: expected a key/);
  });

  test('under --json is a line for each run', async () => {
    const { code, stdout } = await kindling(['runs', 'compare', 'a', 'b', 'c', 'broken', '--json'], { cwd });
    expect(code).toBe(0);
    const [a, b, c, broken] = jsonLines(stdout);
    expect(a).toEqual({
      type: 'compared',
      run: 'a',
      path: join(cwd, 'runs', 'a'),
      state: 'completed',
      epoch: 1,
      step: 3,
      seconds: expect.any(Number),
      settings: { lr: 0.1, 'model.widths': [8, 8], warmUp: null },
      metrics: {
        'train.loss': { last: 2, best: 1, bestStep: 1, isBest: true },
        'train.steadiness': { last: 2, isBest: false },
        'validation.accuracy': { last: 0.5, best: 0.5, bestStep: 3, isBest: false },
      },
    });
    expect(b).toMatchObject({
      settings: { warmUp: true },
      metrics: { 'train.loss': { best: 1.5, isBest: false } },
    });
    expect(c).toMatchObject({ metrics: { 'validation.accuracy': { last: 'NaN', isBest: false } } });
    expect(broken).toEqual({
      type: 'compared',
      run: 'broken',
      path: join(cwd, 'runs', 'broken'),
      state: 'damaged',
      problem: expect.stringContaining('config.json'),
      settings: {},
      metrics: {},
    });
  });

  test('passes over what is no run among the names that a pattern stands for', async () => {
    const { code, stdout, stderr } = await kindling(['runs', 'compare', join('runs', 'notes'), 'a'], { cwd });
    expect([code, stderr]).toEqual([0, `${join('runs', 'notes')}: skipped, not a run\n`]);
    expect(stdout).toMatch(/^train\.loss +2\.0000000$/m);
    expect(stdout).not.toContain('*');
  });

  test.each([
    [['nowhere'], 'no run named "nowhere"'],
    [[join('runs', 'notes')], 'runs compare: expected runs, got runs'],
    [['z*'], 'expected a run that matches "z*", got none'],
    [[], 'expected <run>, got nothing'],
  ])('of %j is a usage error', async (args, message) => {
    expect(await kindling(['runs', 'compare', ...args], { cwd })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
  });

  test('of many runs has a row for each', () => {
    const runs = ['a', 'b', 'c', 'a', 'b', 'c', 'broken'].map((name) =>
      comparedRun(new RunFolder(join(cwd, 'runs', name))),
    );
    const [header, , ...rows] = comparisonTable(comparisonOf(runs), createOutput({ env: {} })).split('\n');
    expect(header).toMatch(
      /^run +state +epochs done +steps done +time +lr +model\.widths +warmUp +validation\.accuracy/,
    );
    expect(rows[1]).toMatch(
      /^b +completed +1 +3 +\d\.\d s +0\.2 +\[8,16\] +true +0\.7500\* +1\.5000000\* +1\.5000000 /,
    );
    expect(rows[6]).toMatch(/^broken +damaged +-/);
    // Numbers end where their column does.
    const end = header!.indexOf('steps done') + 'steps done'.length;
    expect(rows[1]!.slice(0, end)).toMatch(/ 3$/);
    expect(rows[6]!.slice(0, end)).toMatch(/ -$/);
  });
});

test('settings are flat by dotted paths; lists of plain values are settings, and so is what is no document', () => {
  const flat = flatSettings({ model: [{ out: 1 }, { betas: [0.9, null] }], none: {}, empty: [] });
  expect([...flat]).toEqual([
    ['model.0.out', 1],
    ['model.1.betas', [0.9, null]],
    ['none', {}],
    ['empty', []],
  ]);
  expect([...flatSettings('fast')]).toEqual([['config', 'fast']]);
  expect(differingPaths([flat, flat])).toEqual([]);
  expect(differingPaths([flat, flatSettings({ none: {} })])).toEqual([
    'model.0.out',
    'model.1.betas',
    'empty',
  ]);
});
