import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { loadSweep } from '../../src/sweep/load-sweep.ts';
import { claimSweepFolder, trialName } from '../../src/sweep/sweep-folder.ts';
import { bestTrial, rankTrials, type TrialResult } from '../../src/sweep/sweep-summary.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'kindling-sweep-'));
});

const definitionOf = async (...set: string[]) => (await loadSweep('xor', { set })).definition;

describe("a sweep's folder", () => {
  test('is made, and found again by the same sweep', async () => {
    const path = join(parent, 'a', 'b');
    const definition = await definitionOf('optimizer.lr=0.1,1');
    const first = await claimSweepFolder(path, definition);
    expect(first.isOld).toBe(false);
    expect(JSON.parse(readFileSync(first.folder.definition, 'utf8'))).toMatchObject({
      name: 'xor',
      axes: { 'optimizer.lr': { paths: ['optimizer.lr'], type: 'choice', values: [0.1, 1] } },
      draws: null,
      monitor: 'train.loss',
      trials: [{ run: 'trial-01', settings: { 'optimizer.lr': 0.1 } }, { run: 'trial-02' }],
    });
    first.release();
    // The same values in other words.
    const again = await claimSweepFolder(path, await definitionOf('optimizer.lr=choice(0.1, 1.0)'));
    expect(again.isOld).toBe(true);
    again.release();
    expect(readdirSync(path)).toEqual(['sweep.json']);
  });

  test('stays that of the sweep where the experiment is described in other words', async () => {
    const definition = await definitionOf('seed=1..2');
    (await claimSweepFolder(parent, definition)).release();
    const reworded = {
      ...definition,
      experiment: { ...(definition.experiment as object), description: 'new' },
    };
    const claimed = await claimSweepFolder(parent, reworded);
    expect(claimed.isOld).toBe(true);
    claimed.release();
  });

  test('is that of one process at a time', async () => {
    const definition = await definitionOf('seed=1..2');
    const claimed = await claimSweepFolder(parent, definition);
    await expect(claimSweepFolder(parent, definition)).rejects.toThrow(/is in use by process \d+ on /);
    claimed.release();
  });

  test.each<[string[], string]>([
    [['seed=1..3'], 'axes.seed.values.2 (nothing, now 3)'],
    [['seed=1,2', 'epochs=5'], 'set.0 (nothing, now "epochs=5")'],
    [['optimizer.lr=1,2'], 'axes.seed'],
  ])('refuses %j, and says what differs', async (set, difference) => {
    (await claimSweepFolder(parent, await definitionOf('seed=1..2'))).release();
    const files = readdirSync(parent);
    await expect(claimSweepFolder(parent, await definitionOf(...set))).rejects.toThrow(
      `sweep: expected the sweep that ${parent} was started with, got one that differs in ${difference}`,
    );
    expect(readdirSync(parent)).toEqual(files);
  });

  test('is no run, and nothing that is damaged', async () => {
    const definition = await definitionOf('seed=1..2');
    mkdirSync(join(parent, 'run'));
    writeFileSync(join(parent, 'run', 'experiment.json'), '{}');
    await expect(claimSweepFolder(join(parent, 'run'), definition)).rejects.toThrow('got a run in');
    mkdirSync(join(parent, 'others', 'trial-02'), { recursive: true });
    writeFileSync(join(parent, 'others', 'trial-02', 'experiment.json'), '{}');
    await expect(claimSweepFolder(join(parent, 'others'), definition)).rejects.toThrow(
      'with a run trial-02 and no sweep.json',
    );
    writeFileSync(join(parent, 'sweep.json'), '[1]');
    await expect(claimSweepFolder(parent, definition)).rejects.toThrow(
      'sweep.json: expected the definition of a sweep, got something else',
    );
    writeFileSync(join(parent, 'sweep.json'), '{');
    await expect(claimSweepFolder(parent, definition)).rejects.toThrow(/sweep\.json:1:2: /);
    expect(existsSync(join(parent, 'lock'))).toBe(false);
  });
});

test('names of trials sort as they were drawn', () => {
  expect([trialName(0, 5), trialName(4, 5), trialName(0, 1000), trialName(999, 1000)]).toEqual([
    'trial-01',
    'trial-05',
    'trial-0001',
    'trial-1000',
  ]);
});

test('trials are ranked by their best value, those without one last', () => {
  const trial = (run: string, value?: number, status: TrialResult['status'] = 'completed'): TrialResult => ({
    run,
    settings: {},
    status,
    metrics: {},
    ...(value === undefined ? {} : { best: { monitor: 'train.loss', value, epoch: 0, step: 1 } }),
    epoch: 1,
    seconds: 1,
  });
  const trials = [
    trial('a'),
    trial('b', 2),
    trial('c', 1, 'diverged'),
    trial('d', 1.5, 'pruned'),
    trial('e'),
  ];
  const ranked = rankTrials(trials, 'train.loss');
  expect(ranked.map(({ run }) => run).join('')).toBe('cdbae');
  expect(bestTrial(ranked, 'train.loss')?.run).toBe('d');
  expect(bestTrial(ranked, 'train.accuracy')).toBeUndefined();
});
