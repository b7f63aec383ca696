import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createRun } from '@kindling/train';
import { beforeAll, describe, expect, test } from 'vitest';
import { kindling } from './process/in-process.ts';
import { jsonLines, newFolder, start } from './process/kindling.ts';

let cwd: string;

/** Two losses, resumed in the middle; a step in two calls; what is not finite; names that CSV has to quote. */
beforeAll(async () => {
  cwd = await newFolder();
  const dir = join(cwd, 'runs');
  const first = await createRun({ name: 'gan', dir });
  for (let step = 0; step < 4; step++) first.log(step, { 'loss/generator': step, lr: 0.1 });
  first.logEpoch(0, { validation: { fid: 9 } });
  first.finish();
  const second = await createRun({ name: 'gan', dir, resume: true });
  second.log(2, { loss: Number.NaN, 'loss/generator': Number.POSITIVE_INFINITY, epoch: 1 });
  second.log(2, { 'a "name", of sorts': Number.NEGATIVE_INFINITY, step: 7 });
  second.logEpoch(1, { validation: { fid: Number.NaN }, train: { loss: 0.5 } }, { step: 3, seconds: 2 });
  second.log(3, { loss: 1e-30 });
  second.finish();
});

const csv = `step,epoch,loss,lr,loss/generator,"a ""name"", of sorts",metrics.step
0,0,,0.1,0,,
1,0,,0.1,1,,
2,1,NaN,,inf,-inf,7
3,2,1e-30,,,,
`;

describe('runs export --format csv', () => {
  test('writes a row a step to stdout, or to a file, which a further export replaces', async () => {
    const args = ['runs', 'export', 'gan', '--format', 'csv'];
    expect(await kindling(args, { cwd })).toEqual({ code: 0, stdout: csv, stderr: '' });
    expect((await kindling([...args, '-o', '-'], { cwd })).stdout).toBe(csv);
    for (let i = 0; i < 2; i++) {
      const { code, stdout } = await kindling([...args, '-o', 'gan.csv'], { cwd });
      expect([code, stdout]).toEqual([0, `gan.csv: the log of gan, ${csv.length} B\n`]);
      expect(readFileSync(join(cwd, 'gan.csv'), 'utf8')).toBe(csv);
    }
    const { stdout } = await kindling([...args, '-o', 'gan.csv', '--json'], { cwd });
    expect(jsonLines(stdout)).toEqual([
      { type: 'exported', run: 'gan', format: 'csv', file: 'gan.csv', bytes: csv.length },
    ]);
    expect(readdirSync(cwd).sort()).toEqual(['gan.csv', 'runs']);
  });

  test('of a log without steps is the header', async () => {
    const run = await createRun({ name: 'empty', dir: join(cwd, 'runs') });
    run.finish();
    const { stdout } = await kindling(['runs', 'export', 'empty', '--format', 'csv'], { cwd });
    expect(stdout).toBe('step,epoch,loss,lr\n');
  });
});

test('runs export --format jsonl writes a flat object a step and an epoch', async () => {
  const { code, stdout } = await kindling(['runs', 'export', 'gan', '--format', 'jsonl'], { cwd });
  expect(code).toBe(0);
  const time = expect.any(Number);
  expect(jsonLines(stdout)).toEqual([
    { type: 'step', step: 0, epoch: 0, time, lr: 0.1, 'loss/generator': 0 },
    { type: 'step', step: 1, epoch: 0, time, lr: 0.1, 'loss/generator': 1 },
    {
      type: 'step',
      step: 2,
      epoch: 1,
      time,
      loss: 'NaN',
      'loss/generator': 'Infinity',
      'a "name", of sorts': '-Infinity',
      'metrics.step': 7,
    },
    { type: 'epoch', epoch: 1, step: 3, time, seconds: 2, 'validation.fid': 'NaN', 'train.loss': 0.5 },
    { type: 'step', step: 3, epoch: 2, time, loss: 1e-30 },
  ]);
});

describe('runs export', () => {
  const exported = (...args: string[]) => kindling(['runs', 'export', 'gan', '--format', ...args], { cwd });

  test.each([
    [[], 'runs export: expected --format <format>, got nothing'],
    [['--format', 'xlsx'], '--format: expected one of csv, jsonl, tensorboard, got "xlsx"'],
    [['--format', 'tensorboard'], 'expected -o, --output <path> with --format tensorboard, got stdout'],
    [['--format', 'csv', '--json'], 'expected -o, --output <path> with --json, got stdout'],
    [['--format', 'csv', '-o', 'runs'], 'expected no file or one of an earlier export at runs, got a folder'],
  ])('with %j is a usage error', async (args, message) => {
    expect(await kindling(['runs', 'export', 'gan', ...args], { cwd })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
  });

  test('overwrites nothing but an earlier export', async () => {
    const log = join('runs', 'gan', 'events.jsonl');
    const before = readFileSync(join(cwd, log), 'utf8');
    writeFileSync(join(cwd, 'notes.csv'), 'mine');
    for (const format of ['csv', 'jsonl']) {
      for (const file of [log, 'notes.csv']) {
        expect(await exported(format, '-o', file)).toMatchObject({
          code: 2,
          stderr: expect.stringContaining(`at ${file}, got another file`),
        });
      }
    }
    expect(readFileSync(join(cwd, log), 'utf8')).toBe(before);
    mkdirSync(join(cwd, 'tb', 'other'), { recursive: true });
    for (const folder of ['tb', join('runs', 'gan')]) {
      const { code, stderr } = await exported('tensorboard', '-o', folder);
      expect([code, stderr]).toEqual([2, expect.stringContaining(`at ${folder}, got one with `)]);
    }
    expect((await exported('tensorboard', '-o', 'notes.csv')).stderr).toContain('got a file');
    expect(readFileSync(join(cwd, 'notes.csv'), 'utf8')).toBe('mine');
    for (let i = 0; i < 2; i++) expect((await exported('tensorboard', '-o', join('tb', 'gan'))).code).toBe(0);
    expect(readdirSync(join(cwd, 'tb', 'gan'))).toEqual([
      expect.stringMatching(/^events\.out\.tfevents\.\d{10}\.kindling\.gan$/),
    ]);
  });

  test.skipIf(process.platform === 'win32')('follows no link', async () => {
    writeFileSync(join(cwd, 'theirs.csv'), csv);
    symlinkSync(join(cwd, 'theirs.csv'), join(cwd, 'link.csv'));
    expect((await exported('csv', '-o', 'link.csv')).stderr).toContain('got something else');
  });

  test('passes over damage, says so, and reads a log whose other files are damaged', async () => {
    const log = join(cwd, 'runs', 'gan', 'events.jsonl');
    const before = readFileSync(log);
    appendFileSync(log, '{"type":"step"\n{"type":"st');
    writeFileSync(join(cwd, 'runs', 'gan', 'summary.json'), '{');
    const { code, stdout, stderr } = await kindling(
      ['runs', 'export', join('runs', 'gan'), '--format', 'csv'],
      { cwd },
    );
    expect([code, stdout]).toEqual([0, csv]);
    expect(stderr).toMatch(/^gan: 1 line of the log skipped; it is .*events\.jsonl:\d+: expected an event/);
    writeFileSync(log, before);
    rmSync(join(cwd, 'runs', 'gan', 'summary.json'));
    expect((await kindling(['runs', 'export', 'nowhere', '--format', 'csv'], { cwd })).code).toBe(2);
  });
});

describe('of a long run', () => {
  let folder: string;
  const file = (...names: string[]): string => join(folder, ...names);
  const steps = 300_000;

  beforeAll(async () => {
    folder = await newFolder();
    const run = await createRun({ name: 'long', dir: join(folder, 'runs') });
    for (let step = 0; step < steps; step++) run.log(step, { loss: 1 / (step + 1), lr: 1e-3 });
    run.finish();
  });

  test('all steps arrive through a pipe', async () => {
    const { code, stdout } = await kindling(['runs', 'export', 'long', '--format', 'csv'], { cwd: folder });
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines).toHaveLength(steps + 2);
    expect(lines[steps]).toBe(`${steps - 1},0,${1 / steps},0.001`);
  });

  test.skipIf(process.platform === 'win32')(
    'a signal ends the export, and leaves what was there',
    async () => {
      writeFileSync(file('long.csv'), 'step,epoch,loss,lr\n');
      const running = start(['runs', 'export', 'long', '--format', 'csv', '-o', 'long.csv'], { cwd: folder });
      const temporary = () => readdirSync(folder).some((name) => name.endsWith('.tmp'));
      while (!temporary() && running.child.exitCode === null) await new Promise((done) => setImmediate(done));
      running.child.kill('SIGINT');
      const { code, stderr } = await running.ended;
      expect([code, stderr]).toEqual([130, 'stopping\n']);
      expect(readdirSync(folder).sort()).toEqual(['long.csv', 'runs']);
      expect(readFileSync(file('long.csv'), 'utf8')).toBe('step,epoch,loss,lr\n');
    },
  );

  test('a reader that leaves ends it without an error', async () => {
    const running = start(['runs', 'export', 'long', '--format', 'jsonl'], { cwd: folder });
    running.child.stdout.once('data', () => running.child.stdout.destroy());
    expect(await running.ended).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(file('runs', 'long', 'events.jsonl'))).toBe(true);
  });
});
