import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { smallDataFolder } from './process/data-folder.ts';
import { events, ofType } from './process/events.ts';
import { kindling } from './process/in-process.ts';
import { jsonLines, newFolder, type Running, start } from './process/kindling.ts';

type Line = Record<string, unknown>;

const trialsOf = (lines: readonly Line[]): Line[] => lines.filter(({ type }) => type === 'trial');
const byRun = (a: Line, b: Line): number => (String(a.run) < String(b.run) ? -1 : 1);

const xor = ['sweep', 'xor', '--set', 'optimizer.lr=0.1,10', '--set', 'seed=1..2', '--epochs', '101'];
const slow = [
  'sweep',
  'digits',
  '--set',
  'data.train=640',
  '--set',
  'data.test=64',
  '--set',
  'optimizer.lr=0.001,0.01',
];

describe('kindling sweep', () => {
  test('trains each trial, prints it, and the best; once more, it prints them again and trains nothing', async () => {
    const cwd = await newFolder();
    const { code, stdout, stderr } = await kindling([...xor, '--json', '--run-dir', 'out', '--jobs', '2'], {
      cwd,
    });
    expect(code, stderr).toBe(0);
    const lines = jsonLines(stdout);
    const trials = trialsOf(lines).sort(byRun);
    expect(trials.map(({ run, status, settings }) => [run, status, settings])).toEqual([
      ['trial-01', 'completed', { 'optimizer.lr': 0.1, seed: 1 }],
      ['trial-02', 'completed', { 'optimizer.lr': 0.1, seed: 2 }],
      ['trial-03', 'completed', { 'optimizer.lr': 10, seed: 1 }],
      ['trial-04', 'completed', { 'optimizer.lr': 10, seed: 2 }],
    ]);
    for (const trial of trials) {
      expect(trial).toMatchObject({
        epoch: 101,
        metrics: { train: { loss: expect.any(Number), accuracy: expect.any(Number) } },
      });
      expect(trial.path).toBe(join(cwd, 'out', String(trial.run)));
    }
    const best = trials.toSorted((a, b) => Number(a.value) - Number(b.value))[0]!;
    const { type: _, ...bestRecord } = best;
    expect(lines.at(-1)).toMatchObject({
      type: 'sweep-finished',
      sweep: 'xor',
      status: 'completed',
      monitor: 'train.loss',
      trials: 4,
      done: 4,
      best: bestRecord,
    });
    expect(await readlink(join(cwd, 'out', 'best'))).toBe(best.run);
    for (const file of ['sweep.svg', 'sweep.html', 'trials.html', 'gradients.svg']) {
      expect(existsSync(join(cwd, 'out', file)), file).toBe(true);
    }
    const summary = JSON.parse(await readFile(join(cwd, 'out', 'summary.json'), 'utf8'));
    expect(summary).toMatchObject({ name: 'xor', status: 'completed', best: best.run });
    expect(summary.trials.map(({ run }: Line) => run)[0]).toBe(best.run);

    const log = join(cwd, 'out', 'trial-03', 'events.jsonl');
    const before = await stat(log);
    const again = await kindling([...xor, '--json', '--run-dir', 'out'], { cwd });
    expect(again.code).toBe(0);
    expect(trialsOf(jsonLines(again.stdout)).sort(byRun)).toEqual(trials);
    expect((await stat(log)).mtimeMs).toBe(before.mtimeMs);
    expect(again.stderr).toContain('xor: resuming, 4 of 4 trials done\n');

    const listed = await kindling(['runs', 'list', 'out', '--json'], { cwd });
    expect(
      jsonLines(listed.stdout)
        .map(({ name, state }) => [name, state])
        .sort(),
    ).toEqual(trials.map(({ run }) => [run, 'completed']));
  });

  test('trains what a training with those settings would', async () => {
    const cwd = await newFolder();
    expect((await kindling([...xor, '--run-dir', 'out'], { cwd })).code).toBe(0);
    const alone = [
      'train',
      'xor',
      '--set',
      'optimizer.lr=10',
      '--seed',
      '2',
      '--epochs',
      '101',
      '--run-dir',
      'alone/trial-04',
    ];
    expect((await kindling(alone, { cwd })).code).toBe(0);
    const weights = (run: string): Buffer => readFileSync(join(cwd, run, 'checkpoints', 'last.safetensors'));
    expect(weights('out/trial-04')).toEqual(weights('alone/trial-04'));
  });

  test('shows a table, the best first, and a chart', async () => {
    const { code, stdout, stderr } = await kindling(xor, { cwd: await newFolder() });
    expect(code).toBe(0);
    const [header, rule, ...rows] = stdout.split('\n');
    expect(header).toMatch(
      /^trial +optimizer\.lr +seed +train\.loss +train\.accuracy +epochs +duration +state$/,
    );
    expect(rule).toMatch(/^─/);
    expect(rows[0]).toMatch(/^trial-0[34] \* +10 /);
    expect(stdout).toContain('\n\nxor\nbest of 4: ');
    expect(stdout).toMatch(
      /\nbest: trial-0[34] \(optimizer\.lr=10, seed=[12]\): train\.loss 0\.\d+\nkindling runs show sweeps\/xor\/trial-0[34] shows it\n$/,
    );
    expect(stderr).toMatch(/^xor: 4 trials, every combination of optimizer\.lr × seed\n/);
    expect(stderr).toMatch(/^4 of 4: trial-04 \(optimizer\.lr=10, seed=2\): train\.loss 0\.\d+$/m);
  });

  test('lists the trials without training them', async () => {
    const cwd = await newFolder();
    const { code, stdout } = await kindling([...xor, '--dry-run', '--json'], { cwd });
    expect(code).toBe(0);
    expect(jsonLines(stdout)[3]).toEqual({
      type: 'trial',
      run: 'trial-04',
      settings: { 'optimizer.lr': 10, seed: 2 },
      status: 'planned',
    });
    expect((await kindling([...xor, '--dry-run'], { cwd })).stdout).toMatch(/^trial-04 +10 +2$/m);
    expect(existsSync(join(cwd, 'sweeps'))).toBe(false);
  });

  test('reads a sweep from a file and from stdin', async () => {
    const cwd = await newFolder();
    const document = {
      name: 'mine',
      experiment: 'xor',
      axes: { width: { paths: ['model.0.out'], values: '2..3' } },
    };
    writeFileSync(join(cwd, 'mine.json'), JSON.stringify(document));
    const settings = ({ stdout }: { readonly stdout: string }): unknown[] =>
      jsonLines(stdout).map((line) => line.settings);
    const expected = [{ width: 2 }, { width: 3 }];
    expect(settings(await kindling(['sweep', 'mine.json', '--dry-run', '--json'], { cwd }))).toEqual(
      expected,
    );
    const { child, ended } = start(['sweep', '-', '--dry-run', '--json'], { cwd });
    child.stdin.end(JSON.stringify(document));
    expect(settings(await ended)).toEqual(expected);
  });

  test.each([
    [
      ['sweep', 'xor', '--set', 'optimizer.lrr=1,2'],
      '--set optimizer.lrr=1,2: optimizer.lrr: unknown key; did you mean "lr"?',
    ],
    [['sweep', 'xor', '--set', 'seed=5..1'], 'which is empty'],
    [['sweep', 'xor'], 'sweep: expected something to change'],
    [['sweep', 'diabetes-homework', '--set', 'activation=rellu'], 'got "rellu"; did you mean "relu"?'],
    [
      ['sweep', 'xor', '--set', 'seed=1,2', '--jobs', '0'],
      '--jobs: expected an integer of at least 1, got "0"',
    ],
  ])('%j is refused before anything is trained', async (args, message) => {
    const cwd = await newFolder();
    const { code, stdout, stderr } = await kindling(args, { cwd });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(existsSync(join(cwd, 'sweeps'))).toBe(false);
  });

  test('refuses another sweep in the same folder', async () => {
    const cwd = await newFolder();
    expect((await kindling([...xor, '--run-dir', 'out'], { cwd })).code).toBe(0);
    const { code, stderr } = await kindling([...xor, '--set', 'optimizer.momentum=0.9', '--run-dir', 'out'], {
      cwd,
    });
    expect(code).toBe(2);
    expect(stderr).toContain('got one that differs in set.0 ("epochs=101", now "optimizer.momentum=0.9")');
  });
});

describe('a trial that fails', () => {
  const linear = [
    'sweep',
    'xor',
    '--epochs',
    '300',
    '--set',
    'model=[{"type":"linear","out":1}]',
    '--set',
    'loss=mse',
    '--json',
  ];

  test('by diverging leaves the others alone; exit code 5 where all do', async () => {
    const cwd = await newFolder();
    const some = await kindling([...linear, '--set', 'optimizer.lr=1e9,0.1'], { cwd });
    expect(some.code, some.stderr).toBe(0);
    const lines = jsonLines(some.stdout);
    expect(trialsOf(lines).map(({ status }) => status)).toEqual(['diverged', 'completed']);
    expect(lines.at(-1)).toMatchObject({ best: { run: 'trial-02' } });
    const all = await kindling([...linear, '--set', 'optimizer.lr=1e9,1e10', '--run-dir', 'all'], { cwd });
    expect(all.code).toBe(5);
    expect(jsonLines(all.stdout).at(-1)).toMatchObject({ best: null, done: 2 });
  });

  test('for want of its data leaves the others alone, and is tried again; exit code 3 where all do', async () => {
    const cwd = await newFolder();
    writeFileSync(join(cwd, 'good.csv'), 'x,y\n1,2\n2,4\n3,6\n');
    const experiment = {
      name: 'line',
      data: { source: 'csv', path: 'good.csv' },
      model: [{ type: 'linear', out: 1 }],
      loss: 'mse',
      optimizer: { type: 'sgd', lr: 0.01 },
      epochs: 3,
    };
    writeFileSync(join(cwd, 'line.json'), JSON.stringify(experiment));
    const none = await kindling(
      ['sweep', 'line.json', '--set', 'data.path=a.csv,b.csv', '--run-dir', 'none'],
      { cwd },
    );
    expect(none.code).toBe(3);
    expect(none.stderr).toMatch(/2 of 2: trial-02 \(data\.path=b\.csv\): failed: .*b\.csv: expected a file/);
    const args = ['sweep', 'line.json', '--set', 'data.path=a.csv,good.csv', '--json'];
    const some = await kindling(args, { cwd });
    expect(some.code).toBe(0);
    expect(trialsOf(jsonLines(some.stdout)).map(({ status }) => status)).toEqual(['failed', 'completed']);
    writeFileSync(join(cwd, 'a.csv'), 'x,y\n1,2\n2,4\n3,6\n');
    const again = await kindling(args, { cwd });
    expect(trialsOf(jsonLines(again.stdout)).map(({ run, status }) => [run, status])).toEqual([
      ['trial-02', 'completed'],
      ['trial-01', 'completed'],
    ]);
  });
});

test('the homework of the first tutorial shows how gradients vanish under sigmoids', async () => {
  const { env } = await smallDataFolder();
  const cwd = await newFolder();
  const args = [
    'sweep',
    'diabetes-homework',
    '--set',
    'width=4',
    '--set',
    'depth=10',
    '--epochs',
    '11',
    '--json',
  ];
  const { code, stdout, stderr } = await kindling(args, { cwd, env });
  expect(code, stderr).toBe(0);
  const shares = trialsOf(jsonLines(stdout)).map(({ run, settings }) => {
    const log = readFileSync(join(cwd, 'sweeps', 'diabetes-homework', String(run), 'events.jsonl'), 'utf8');
    const samples = ofType(events(log), 'sample');
    const first = samples.find((sample) => sample.kind === 'gradientNorms');
    if (first?.kind !== 'gradientNorms') throw new Error(`no gradient norms in ${run}`);
    const weights = first.norms.filter((_, i) => first.parameters[i]!.endsWith('.weight'));
    expect(weights).toHaveLength(10);
    return [(settings as Line).activation, weights[1]! / weights.at(-1)!];
  });
  const share = Object.fromEntries(shares);
  expect(share.sigmoid).toBeLessThan(1e-4);
  expect(share.tanh).toBeGreaterThan(1e-3);
  expect(share.relu).toBeGreaterThan(1e-3);
  const picture = readFileSync(join(cwd, 'sweeps', 'diabetes-homework', 'gradients.svg'), 'utf8');
  for (const name of ['activation=sigmoid', 'activation=tanh', 'activation=relu'])
    expect(picture).toContain(name);
});

test('--prune stops trials that are worse than the median, each with a checkpoint', async () => {
  const cwd = await newFolder();
  const rates = '10,8,6,0.001,0.002,4,0.0001';
  const args = ['sweep', 'xor', '--epochs', '501', '--set', `optimizer.lr=${rates}`, '--prune', '--json'];
  const { code, stdout, stderr } = await kindling(args, { cwd });
  expect(code, stderr).toBe(0);
  const trials = trialsOf(jsonLines(stdout));
  // Three others come first.
  expect(trials.slice(0, 3).map(({ status }) => status)).toEqual(Array(3).fill('completed'));
  const pruned = trials.filter(({ status }) => status === 'pruned');
  expect(pruned.map(({ run }) => run)).toEqual(expect.arrayContaining(['trial-04', 'trial-05', 'trial-07']));
  for (const { run, reason, epoch } of pruned) {
    expect(reason).toMatch(/^pruned: train\.loss 0\.\d+ after \d+ epochs, the median of \d others 0\.\d+$/);
    expect(epoch).toBeLessThan(501);
    expect(existsSync(join(cwd, 'sweeps', 'xor', String(run), 'checkpoints', 'last.safetensors'))).toBe(true);
  }
  const again = await kindling(args, { cwd });
  expect(trialsOf(jsonLines(again.stdout)).sort(byRun)).toEqual(trials.sort(byRun));
});

/** Whether a process does something; one that has ended may wait for its parent to notice. */
function isAtWork(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe.skipIf(process.platform !== 'linux')('the workers of a sweep', () => {
  /** Waits until both trials are at work; the workers' process ids. */
  async function atWork({ child }: Running, folder: string): Promise<number[]> {
    for (const run of ['trial-01', 'trial-02']) {
      await expect
        .poll(() => existsSync(join(folder, run, 'checkpoints', 'initial.safetensors')), { timeout: 120_000 })
        .toBe(true);
    }
    const { pid } = child;
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  }

  const rest = (epochs: number): string[] => [...slow, '--epochs', String(epochs), '--jobs', '2', '--json'];

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('save checkpoints and end with it on %s', async (signal, code) => {
    const cwd = await newFolder();
    const running = start(rest(100_000), { cwd });
    const workers = await atWork(running, join(cwd, 'sweeps', 'digits'));
    expect(workers).toHaveLength(2);
    running.child.kill(signal);
    const { code: ended, stdout, stderr } = await running.ended;
    expect(ended, stderr).toBe(code);
    expect(trialsOf(jsonLines(stdout)).map(({ status }) => status)).toEqual(['stopped', 'stopped']);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: 'sweep-finished', status: 'stopped', done: 0 });
    expect(stderr).toContain('stopped with 0 of 2 trials done; to resume, run the same command\n');
    expect(workers.filter(isAtWork)).toEqual([]);
    for (const run of ['trial-01', 'trial-02']) {
      expect(existsSync(join(cwd, 'sweeps', 'digits', run, 'checkpoints', 'last.safetensors'))).toBe(true);
    }
  });

  test('end when it is killed; the sweep goes on to the weights of one that was never stopped', async () => {
    const whole = await newFolder();
    const epochs = 40;
    expect((await kindling(rest(epochs), { cwd: whole })).code).toBe(0);
    const cwd = await newFolder();
    const running = start(rest(epochs), { cwd });
    const workers = await atWork(running, join(cwd, 'sweeps', 'digits'));
    running.child.kill('SIGKILL');
    await running.ended;
    await expect.poll(() => workers.filter(isAtWork), { timeout: 60_000 }).toEqual([]);
    const again = await kindling(rest(epochs), { cwd });
    expect(again.code, again.stderr).toBe(0);
    expect(trialsOf(jsonLines(again.stdout)).map(({ status }) => status)).toEqual(['completed', 'completed']);
    for (const run of ['trial-01', 'trial-02']) {
      const weights = (folder: string): Buffer =>
        readFileSync(join(folder, 'sweeps', 'digits', run, 'checkpoints', 'last.safetensors'));
      expect(weights(cwd)).toEqual(weights(whole));
    }
  });

  test('fail alone: a trial whose process is killed is tried again by the next sweep', async () => {
    const cwd = await newFolder();
    const args = [...slow, '--epochs', '40', '--set', 'seed=1..2', '--jobs', '2', '--json'];
    const running = start(args, { cwd });
    const [first] = await atWork(running, join(cwd, 'sweeps', 'digits'));
    process.kill(first!, 'SIGKILL');
    const { code, stdout, stderr } = await running.ended;
    expect(code, stderr).toBe(0);
    const trials = trialsOf(jsonLines(stdout));
    const failed = trials.filter(({ status }) => status === 'failed');
    expect(failed).toMatchObject([{ reason: 'its process was ended by SIGKILL' }]);
    expect(trials).toHaveLength(4);
    const again = trialsOf(jsonLines((await kindling(args, { cwd })).stdout));
    expect(again.map(({ status }) => status)).toEqual(Array(4).fill('completed'));
    expect(again.at(-1)!.run).toBe(failed[0]!.run);
  });
});
