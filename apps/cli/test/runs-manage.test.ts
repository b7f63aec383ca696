import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { createRun } from '@kindling/train';
import { beforeAll, describe, expect, test } from 'vitest';
import { answering, hasTerminal } from './process/answering.ts';
import { events } from './process/events.ts';
import { kindling } from './process/in-process.ts';
import { jsonLines, newFolder, start } from './process/kindling.ts';

const small = ['digits', '--set', 'data.train=64', '--set', 'data.test=32', '--set', 'data.batchSize=16'];
const long = ['train', ...small, '--epochs', '1000000', '--log-every', '1000', '--json'];
let trained: string;

beforeAll(async () => {
  trained = await newFolder();
  for (const [epochs, lr] of [
    ['1', '0.001'],
    ['4', '0.01'],
    ['2', '0.005'],
  ]) {
    const args = ['train', ...small, '--epochs', epochs!, '--set', `optimizer.lr=${lr}`];
    const { code, stderr } = await kindling(args, { cwd: trained });
    expect(code, stderr).toBe(0);
  }
});

/** A folder with the trained runs digits, digits-2 and digits-3 in it. */
async function withRuns(): Promise<string> {
  const cwd = await newFolder();
  await cp(join(trained, 'runs'), join(cwd, 'runs'), { recursive: true });
  return cwd;
}

/** Waits until a training has written its first event. */
const begun = (cwd: string, name = 'digits') =>
  expect
    .poll(
      () =>
        ['experiment.json', 'summary.json', 'lock'].every((file) =>
          existsSync(join(cwd, 'runs', name, file)),
        ),
      { timeout: 60_000 },
    )
    .toBe(true);

test('runs list --filter of a folder without runs takes any key', async () => {
  const args = ['runs', 'list', '--filter', 'validation.loss<1', '--json'];
  expect(await kindling(args, { cwd: await newFolder() })).toMatchObject({ code: 0, stdout: '' });
});

describe('runs list', () => {
  const names = async (...args: string[]): Promise<unknown[]> => {
    const { code, stdout, stderr } = await kindling(['runs', 'list', '--json', ...args], { cwd: trained });
    expect(code, stderr).toBe(0);
    return jsonLines(stdout).map(({ name }) => name);
  };

  test('sorts by values of the summary, by metrics and by settings', async () => {
    expect(await names()).toEqual(['digits-3', 'digits-2', 'digits']);
    expect(await names('--reverse')).toEqual(['digits', 'digits-2', 'digits-3']);
    expect(await names('--sort', 'epochs')).toEqual(['digits', 'digits-3', 'digits-2']);
    expect(await names('--sort', 'optimizer.lr', '--reverse')).toEqual(['digits-2', 'digits-3', 'digits']);
    const { stdout } = await kindling(['runs', 'list', '--json', '--sort', 'validation.loss'], {
      cwd: trained,
    });
    const losses = jsonLines(stdout).map(
      (run) => (run as { metrics: { validation: { loss: number } } }).metrics.validation.loss,
    );
    expect(losses).toEqual(losses.toSorted((a, b) => a - b));
  });

  test('filters by each operator', async () => {
    expect(await names('--filter', 'epochs=4')).toEqual(['digits-2']);
    expect(await names('--filter', 'epochs!=4')).toEqual(['digits-3', 'digits']);
    expect(await names('--filter', 'epochs>=2', '--filter', 'epochs<4')).toEqual(['digits-3']);
    expect(await names('--filter', 'optimizer.lr<=0.005')).toEqual(['digits-3', 'digits']);
    expect(await names('--filter', 'optimizer.lr>0.005')).toEqual(['digits-2']);
    expect(await names('--filter', 'name~-')).toEqual(['digits-3', 'digits-2']);
    expect(await names('--filter', 'state=completed', '--filter', 'optimizer.type=adam')).toHaveLength(3);
  });

  test('shows what it is sorted by', async () => {
    const { stdout } = await kindling(['runs', 'list', '--sort', 'optimizer.lr'], { cwd: trained });
    expect(stdout).toMatch(/^run +optimizer\.lr +state /m);
    expect(stdout).toMatch(/^digits +0\.001 +completed/m);
  });

  test('of no run that meets the filter is empty', async () => {
    expect(await kindling(['runs', 'list', '--filter', 'state=failed'], { cwd: trained })).toEqual({
      code: 0,
      stdout: '',
      stderr: 'none of the 3 runs in runs matches --filter\n',
    });
  });

  test.each([
    ['--filter', 'epochs', 'expected a key, one of = != < <= > >= ~, and a value'],
    ['--filter', 'epcohs=3', 'expected a key of a run, got "epcohs"; did you mean epochs?'],
    ['--sort', 'validation.los', 'did you mean validation.loss?'],
  ])('%s %s is a usage error', async (flag, value, message) => {
    expect(await kindling(['runs', 'list', flag, value], { cwd: trained })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
  });
});

describe('runs rm', () => {
  test('removes runs, and nothing else', async () => {
    const cwd = await withRuns();
    const args = ['runs', 'rm', 'digits-2', join('runs', 'digits-3'), '--yes', '--json'];
    const { code, stdout, stderr } = await kindling(args, { cwd });
    expect(code, stderr).toBe(0);
    expect(jsonLines(stdout)).toMatchObject([
      { type: 'removed', run: 'digits-2', bytes: expect.any(Number) },
      { type: 'removed', run: 'digits-3' },
    ]);
    expect(readdirSync(join(cwd, 'runs'))).toEqual(['digits']);
    expect(readdirSync(join(cwd, 'runs', 'digits'))).toContain('events.jsonl');
  });

  test('needs --yes without a terminal', async () => {
    const cwd = await withRuns();
    const { code, stderr } = await kindling(['runs', 'rm', 'digits'], { cwd });
    expect([code, stderr]).toEqual([
      2,
      'kindling: runs rm: expected --yes, or a terminal for confirmation, got neither\n',
    ]);
    expect(readdirSync(join(cwd, 'runs'))).toHaveLength(3);
  });

  test.skipIf(!hasTerminal)('asks on a terminal', async () => {
    const cwd = await withRuns();
    for (const answer of ['', 'n', 'what']) {
      const { code, seen } = answering(']: ', [answer], ['runs', 'rm', 'digits'], cwd);
      expect([code, seen]).toEqual([
        0,
        expect.stringMatching(/remove 1 run \(digits\), .* \[y\/N\]: [\s\S]*nothing was removed/),
      ]);
    }
    expect(readdirSync(join(cwd, 'runs'))).toHaveLength(3);
    expect(answering(']: ', ['y'], ['runs', 'rm', 'digits'], cwd)).toMatchObject({
      code: 0,
      seen: expect.stringContaining('removed digits'),
    });
    expect(readdirSync(join(cwd, 'runs')).sort()).toEqual(['digits-2', 'digits-3']);
  });

  test.each([
    ['..', 'expected a run directly in runs'],
    ['.', 'expected'],
    [join('runs', '..'), 'expected'],
    ['runs', 'no run named "runs" in runs'],
    ['digtis', 'no run named "digtis"'],
    [join('elsewhere', 'digits'), 'expected a run directly in runs'],
    [join('runs', 'digits', 'checkpoints'), 'expected a run directly in runs'],
    [join('runs', 'notes'), 'got one without experiment.json'],
    [join('runs', 'digits', 'events.jsonl'), 'expected the folder of a run, got a file'],
  ])('refuses %s, and removes none of the others', async (reference, message) => {
    const cwd = await withRuns();
    await cp(join(cwd, 'runs', 'digits'), join(cwd, 'elsewhere', 'digits'), { recursive: true });
    mkdirSync(join(cwd, 'runs', 'notes'));
    const before = readdirSync(cwd, { recursive: true });
    const { code, stdout, stderr } = await kindling(['runs', 'rm', '--yes', 'digits', reference], { cwd });
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)]);
    expect(readdirSync(cwd, { recursive: true })).toEqual(before);
  });

  test.skipIf(process.platform === 'win32')('follows no links', async () => {
    const cwd = await withRuns();
    const outside = await withRuns();
    const runs = join(cwd, 'runs');
    symlinkSync(join(outside, 'runs', 'digits'), join(runs, 'linked'));
    const refused = await kindling(['runs', 'rm', '--yes', 'linked'], { cwd });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('got a symbolic link')]);
    symlinkSync(join(outside, 'runs', 'digits'), join(runs, 'digits', 'link'));
    expect(await kindling(['runs', 'rm', '--yes', 'digits'], { cwd })).toMatchObject({ code: 0 });
    expect(existsSync(join(runs, 'digits'))).toBe(false);
    expect(existsSync(join(outside, 'runs', 'digits', 'events.jsonl'))).toBe(true);
  });

  test('removes a run that is damaged', async () => {
    const cwd = await withRuns();
    writeFileSync(join(cwd, 'runs', 'digits', 'experiment.json'), '{');
    expect(await kindling(['runs', 'rm', '--yes', 'digits'], { cwd })).toMatchObject({ code: 0 });
  });
});

describe('runs stop', () => {
  test('ends a training in another process after a checkpoint; rm leaves it alone until then', async () => {
    const cwd = await newFolder();
    const running = start(long, { cwd });
    await begun(cwd);
    const refused = await kindling(['runs', 'rm', '--yes', 'digits'], { cwd });
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('run digits is being trained by process'),
    ]);
    const stop = await kindling(['runs', 'stop', 'digits', '--json'], { cwd });
    expect(stop.code, stop.stderr).toBe(0);
    expect(jsonLines(stop.stdout)).toMatchObject([
      { type: 'stopped', run: 'digits', state: 'stopped', step: expect.any(Number) },
    ]);
    const { code, stdout, stderr } = await running.ended;
    expect(code, stderr).toBe(143);
    expect(stderr).toContain('to resume: kindling train digits --resume');
    expect(events(stdout).at(-1)).toMatchObject({ status: 'stopped', reason: 'interrupted: runs stop' });
    expect(existsSync(join(cwd, 'runs', 'digits', 'checkpoints', 'last.safetensors'))).toBe(true);
    expect(existsSync(join(cwd, 'runs', 'digits', 'stop'))).toBe(false);
  });

  test('asks the run of the name that is being trained, and resumed training hears of no older request', async () => {
    const cwd = await withRuns();
    // Left behind by a training that was killed.
    writeFileSync(join(cwd, 'runs', 'digits-2', 'stop'), '{"pid":1}');
    const running = start(
      ['train', '--resume', '--run-dir', join('runs', 'digits-2'), '--epochs', '1000000', '--json'],
      { cwd },
    );
    await begun(cwd, 'digits-2');
    const size = () => readFileSync(join(cwd, 'runs', 'digits-2', 'events.jsonl')).length;
    const first = size();
    await expect.poll(() => size() > first + 10_000, { timeout: 60_000 }).toBe(true);
    const stop = await kindling(['runs', 'stop', 'digits'], { cwd });
    expect([stop.code, stop.stdout]).toEqual([
      0,
      expect.stringMatching(
        /^digits-2: stopped after [\d,]+ steps; to resume: kindling train --run-dir runs.digits-2 --resume$/m,
      ),
    ]);
    expect((await running.ended).code).toBe(143);
  });

  test('ends a loop of a program of its own, and says how it goes on', async () => {
    const cwd = await newFolder();
    const run = await createRun({
      name: 'gan',
      dir: join(cwd, 'runs'),
      config: { lr: 2e-4, model: { width: 8 } },
    });
    run.log(0, { 'loss/generator': 1 });
    const loop = once(run.stopSignal, 'abort').then(() => run.finish({ status: 'stopped' }));
    const stop = await kindling(['runs', 'stop', 'gan'], { cwd });
    await loop;
    expect(stop).toEqual({
      code: 0,
      stdout:
        "gan: stopped after 1 step; to resume: its program, by createRun({ name: 'gan', resume: true })\n",
      stderr: 'gan: stop requested\n',
    });
    const list = await kindling(['runs', 'list', '--filter', 'model.width=8', '--sort', 'lr'], { cwd });
    expect([list.code, list.stdout]).toEqual([0, expect.stringMatching(/^gan +0\.0002 +stopped/m)]);
  });

  test('of a run that is not being trained is a usage error', async () => {
    const cwd = await withRuns();
    expect(await kindling(['runs', 'stop', 'digits-2'], { cwd })).toMatchObject({
      code: 2,
      stderr: 'kindling: runs stop: expected a run that is being trained, got digits-2, which is completed\n',
    });
    rmSync(join(cwd, 'runs'), { recursive: true });
    expect((await kindling(['runs', 'stop', 'digits'], { cwd })).code).toBe(2);
  });
});
