import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRun } from '@kindling/train';
import { heldBackName } from '@kindling/train/events';
import { beforeAll, describe, expect, test } from 'vitest';
import { resumeCommand } from '../src/commands/train/train.ts';
import { events, ofType } from './process/events.ts';
import { kindling } from './process/in-process.ts';
import { bin, environment, jsonLines, newFolder, start } from './process/kindling.ts';

const small = ['digits', '--set', 'data.train=64', '--set', 'data.test=32', '--set', 'data.batchSize=16'];
let trained: string;

beforeAll(async () => {
  trained = await newFolder();
  const { code, stderr } = await kindling(['train', ...small, '--epochs', '3'], { cwd: trained });
  expect(code, stderr).toBe(0);
});

/** A folder with the trained run in it. */
async function withRun(): Promise<string> {
  const cwd = await newFolder();
  await cp(join(trained, 'runs'), join(cwd, 'runs'), { recursive: true });
  return cwd;
}

describe('--resume', () => {
  test('of a folder needs no experiment', async () => {
    const cwd = await withRun();
    const args = ['train', '--resume', '--run-dir', 'runs/digits', '--epochs', '4', '--json'];
    const { code, stdout } = await kindling(args, { cwd });
    expect(code).toBe(0);
    expect(events(stdout).at(-1)).toMatchObject({
      status: 'completed',
      epoch: 4,
      reason: 'all 4 epochs are done',
    });
  });

  test('needs one of the two, and a variant an experiment', async () => {
    for (const [args, message] of [
      [['--resume'], 'or --run-dir with a run to resume, got nothing'],
      [['--run-dir', 'runs/digits'], 'got nothing'],
      [['--resume', '--run-dir', 'runs/digits', '--variant', 'x'], '--variant: expected an experiment'],
      [['--resume', '--run-dir', 'elsewhere'], '--resume: expected a run, got none in'],
    ] as const) {
      const { code, stderr } = await kindling(['train', ...args], { cwd: trained });
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
  });

  test('says that there is nothing to do, and why', async () => {
    const cwd = await withRun();
    const { code, stderr } = await kindling(['train', 'digits', '--resume'], { cwd });
    expect(code).toBe(0);
    expect(stderr).toContain('digits: nothing to do, all 3 epochs are done; to continue, use --epochs N');
  });

  test('with fewer epochs than are done is a usage error, and leaves the run as it is', async () => {
    const cwd = await withRun();
    const summary = await readFile(join(cwd, 'runs', 'digits', 'summary.json'), 'utf8');
    const { code, stderr } = await kindling(['train', 'digits', '--resume', '--epochs', '1'], { cwd });
    expect([code, stderr]).toEqual([
      2,
      'kindling: run digits: expected at least 3 epochs, which are done, got 1\n',
    ]);
    expect(await readFile(join(cwd, 'runs', 'digits', 'summary.json'), 'utf8')).toBe(summary);
  });

  test('of a run that early stopping ended says so, with more epochs too', async () => {
    const cwd = await newFolder();
    const set = ['earlyStopping.patience=2', 'optimizer.lr=3'].flatMap((change) => ['--set', change]);
    const first = await kindling(['train', ...small, '--epochs', '40', ...set], { cwd });
    expect(first.code).toBe(0);
    const reason = /early stopping: validation\.loss was not better than [\d.]+ in 2 evaluations in a row/;
    expect(first.stdout).toMatch(reason);
    const show = await kindling(['runs', 'show', 'digits'], { cwd });
    expect(show.stdout).toMatch(new RegExp(`ended +${reason.source}`));
    const again = await kindling(['train', 'digits', '--resume', '--epochs', '60'], { cwd });
    expect(again.code).toBe(0);
    expect(again.stderr).toMatch(
      new RegExp(`digits: nothing to do, ${reason.source}; to continue, use --set earlyStopping.patience=N`),
    );
  });
});

test('the command that goes on with a training can be pasted', () => {
  const { platform } = process;
  Object.defineProperty(process, 'platform', { value: 'linux' });
  try {
    expect(resumeCommand('mnist-single', { variant: 'all' })).toBe(
      'kindling train mnist-single --variant all --resume',
    );
    expect(resumeCommand('my file.json', { runDir: "it's here/run" })).toBe(
      "kindling train 'my file.json' --run-dir 'it'\\''s here/run' --resume",
    );
    expect(resumeCommand(undefined, { runDir: 'runs/a-2' })).toBe(
      'kindling train --run-dir runs/a-2 --resume',
    );
  } finally {
    Object.defineProperty(process, 'platform', { value: platform });
  }
});

describe('validation samples', () => {
  test('have one name in train and eval: test where the data has such a set, else validation', async () => {
    const curve = await kindling(['runs', 'show', 'digits'], { cwd: trained });
    expect(curve.stdout).toMatch(/^ ?epoch .* test loss {2}test accuracy/m);
    expect(curve.stdout).toMatch(/^test +loss \d/m);
    for (const split of [[], ['--split', 'test'], ['--split', 'validation']]) {
      const { code, stdout, stderr } = await kindling(['eval', 'digits', ...split], { cwd: trained });
      expect([code, stderr]).toEqual([0, expect.stringContaining('on 32 test samples')]);
      expect(stdout).toMatch(/^test +loss \d/m);
      // What is watched keeps the name that it has in the experiment.
      expect((stdout + curve.stdout).replaceAll('validation.loss', '')).not.toContain('validation');
    }
    const { stdout } = await kindling(['eval', 'digits', '--split', 'test', '--json'], { cwd: trained });
    expect(jsonLines(stdout)[0]).toMatchObject({ split: 'validation', samples: 32 });
    expect(heldBackName({ data: { validation: 0.2 } })).toBe('validation');
    expect(heldBackName(undefined)).toBe('validation');
  });

  test('on a device that is not there end eval with exit code 4', async () => {
    const { code, stdout, stderr } = await kindling(['eval', 'digits', '--device', 'cuda:63'], {
      cwd: trained,
    });
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toContain('cuda:63');
  });
});

describe('damage', () => {
  test('is shown as such in the list, beside the other runs, with exit code 0', async () => {
    const cwd = await withRun();
    const runs = join(cwd, 'runs');
    await cp(join(runs, 'digits'), join(runs, 'broken'), { recursive: true });
    writeFileSync(join(runs, 'broken', 'summary.json'), '{');
    const { code, stdout, stderr } = await kindling(['runs', 'list'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^digits +completed +3 /m);
    expect(stdout).toMatch(/^broken +damaged +- /m);
    expect(stderr).toMatch(/^broken is damaged: .*summary\.json:1:2: expected a key/);
    const records = jsonLines((await kindling(['runs', 'list', '--json'], { cwd })).stdout);
    expect(records).toEqual([
      expect.objectContaining({ name: 'digits', state: 'completed' }),
      expect.objectContaining({ name: 'broken', state: 'damaged', problem: expect.any(String) }),
    ]);
    for (const args of [
      ['eval', 'digits'],
      ['predict', 'digits', '--index', '1'],
      ['train', 'digits', '--resume'],
    ]) {
      expect((await kindling(args, { cwd })).code).toBe(0);
    }
    expect(await kindling(['eval', 'broken'], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('run broken is damaged'),
    });
  });

  test('of lines in the log is counted by show, and by a training that ends', async () => {
    const cwd = await withRun();
    const log = join(cwd, 'runs', 'digits', 'events.jsonl');
    const [first, ...rest] = readFileSync(log, 'utf8').split('\n');
    writeFileSync(log, [first, '{}', 'x'.repeat(200), '{"type":"telepathy"}', ...rest].join('\n'));
    const shown = await kindling(['runs', 'show', 'digits'], { cwd });
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(
      /^ {2}log +2 lines of the log skipped; the first is .*events\.jsonl:2: expected an event.*; 1 event of unknown types/m,
    );
    expect(shown.stdout).not.toContain('x'.repeat(100));
  });

  test.skipIf(process.platform === 'win32')('is not done to what links lead to', async () => {
    const cwd = await withRun();
    const outside = join(cwd, 'outside');
    writeFileSync(outside, 'theirs');
    for (const name of ['curve.svg', 'summary.json']) {
      const path = join(cwd, 'runs', 'digits', name);
      rmSync(path);
      symlinkSync(outside, path);
      await kindling(['train', '--resume', '--run-dir', 'runs/digits', '--epochs', '4'], { cwd });
      expect(readFileSync(outside, 'utf8')).toBe('theirs');
    }
  });
});

test('training that diverges by its first evaluation ends with exit code 5, and leaves the list as it was', async () => {
  for (const epochs of ['1', '4']) {
    const cwd = await newFolder();
    const args = ['train', ...small, '--epochs', epochs, '--set', 'optimizer={"type":"sgd","lr":1e38}'];
    const { code, stderr } = await kindling(args, { cwd });
    expect(code, stderr).toBe(5);
    expect(stderr).toMatch(/kindling: digits: expected a finite loss, got .*(NaN|Infinity)/);
    const { code: listed, stdout } = await kindling(['runs', 'list'], { cwd });
    expect([listed, stdout]).toEqual([0, expect.stringMatching(/^digits +diverged/m)]);
  }
});

const long = [
  'train',
  'digits',
  '--set',
  'data.train=640',
  '--set',
  'data.test=64',
  '--epochs',
  '5000',
  '--json',
];

describe.skipIf(process.platform === 'win32')('SIGHUP', () => {
  test('ends training after a checkpoint, with exit code 129', async () => {
    const cwd = await newFolder();
    const running = start(long, { cwd });
    await expect
      .poll(() => existsSync(join(cwd, 'runs', 'digits', 'events.jsonl')), { timeout: 60_000 })
      .toBe(true);
    running.child.kill('SIGHUP');
    const { code, stdout } = await running.ended;
    expect(code).toBe(129);
    expect(events(stdout).at(-1)).toMatchObject({ status: 'stopped', reason: 'interrupted: SIGHUP' });
    expect(existsSync(join(cwd, 'runs', 'digits', 'checkpoints', 'last.safetensors'))).toBe(true);
  });
});

describe.skipIf(process.platform === 'win32')('notes that go nowhere', () => {
  test.each(['2>&-', '2> >(head -c 1 >/dev/null)'])('do not end training (%s)', async (redirection) => {
    const cwd = await newFolder();
    const script = `"$0" "$1" train xor --epochs 2001 --json ${redirection}; exit $?`;
    const stdout = execFileSync('bash', ['-c', script, process.execPath, bin], {
      cwd,
      env: environment(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const all = events(stdout);
    expect(all.at(-1)).toMatchObject({ status: 'completed', step: 2001 });
    expect(ofType(all, 'step').length).toBeGreaterThan(10);
  });
});

test("the run of a program's own loop is listed and shown while it goes on, and after", async () => {
  const cwd = await newFolder();
  const run = await createRun({ name: 'gan', dir: join(cwd, 'runs'), config: { lr: 2e-4 } });
  for (let step = 0; step < 50; step++) {
    run.log(step, { 'loss/generator': 1 / (step + 1), 'loss/discriminator': step });
  }
  run.flush();
  const live = await kindling(['runs', 'list'], { cwd });
  expect([live.code, live.stdout]).toEqual([
    0,
    expect.stringMatching(/^gan +running +0 +loss\/generator 0\.0200000, loss\/discriminator 49\.0000000/m),
  ]);
  const shown = await kindling(['runs', 'show', 'gan'], { cwd });
  expect(shown.code, shown.stderr).toBe(0);
  expect(shown.stdout).toMatch(/^ {2}config +{"lr":0.0002}$/m);
  expect(shown.stdout).toMatch(/^ {2}state +running, 0 epochs, 50 steps$/m);
  expect(shown.stdout).toMatch(/^ *49 +0.0200000 +49.0000000$/m);

  run.logEpoch(0, { train: { loss: 3 }, test: { accuracy: 0.75 } });
  run.finish({ status: 'stopped', reason: 'the equilibrium is reached' });
  const after = await kindling(['runs', 'show', 'runs/gan'], { cwd });
  expect(after.stdout).toMatch(/^ {2}ended +the equilibrium is reached$/m);
  expect(after.stdout).toMatch(/^epoch +train loss +test accuracy +seconds$/m);
  const json = await kindling(['runs', 'show', 'gan', '--json'], { cwd });
  expect(events(json.stdout).map(({ type }) => type)).toEqual([
    'run-started',
    ...Array.from({ length: 50 }, () => 'step'),
    'epoch',
    'run-finished',
  ]);
  const evaluated = await kindling(['eval', 'gan'], { cwd });
  expect([evaluated.code, evaluated.stderr]).toEqual([
    2,
    expect.stringContaining('expected a run of an experiment'),
  ]);
});
