import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type DataFolder, smallDataFolder } from './process/data-folder.ts';
import { events, ofType } from './process/events.ts';
import { kindling } from './process/in-process.ts';
import { jsonLines, newFolder } from './process/kindling.ts';

const brief = ['train', 'xor', '--epochs', '301'];

let data: DataFolder;
beforeAll(async () => {
  data = await smallDataFolder();
});

describe('train --json', () => {
  test('prints the events of the log, each as it is there, and nothing else', async () => {
    const cwd = await newFolder();
    const { code, stdout } = await kindling([...brief, '--json'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toBe(await readFile(join(cwd, 'runs', 'xor', 'events.jsonl'), 'utf8'));
    const all = events(stdout);
    expect(all[0]).toMatchObject({ type: 'run-started', run: 'xor', device: 'cpu', parameters: 9 });
    expect(ofType(all, 'step').map(({ step }) => step)).toEqual([0, 100, 200, 300]);
    expect(all.at(-1)).toMatchObject({ type: 'run-finished', status: 'completed', step: 301 });
  });

  test('on held-back pictures measures accuracy and fills a confusion matrix', async () => {
    const cwd = await newFolder();
    const args = ['train', 'mnist', '--epochs', '2', '--set', 'data.batchSize=64', '--json'];
    const { code, stdout } = await kindling(args, { cwd, env: data.env });
    expect(code).toBe(0);
    const all = events(stdout);
    const epochs = ofType(all, 'epoch');
    expect(epochs.map(({ step }) => step)).toEqual([5, 10]);
    expect(epochs[1]?.validation?.accuracy).toBeGreaterThan(epochs[0]!.validation!.accuracy! - 0.2);
    const matrix = ofType(all, 'sample').find(({ kind }) => kind === 'confusionMatrix');
    const total = matrix?.kind === 'confusionMatrix' ? matrix.counts.flat().reduce((a, b) => a + b) : 0;
    expect(total).toBe(64);
  });
});

describe('train for people', () => {
  test('ends with the course, the predictions, the metrics, the curve and the place', async () => {
    const cwd = await newFolder();
    const { code, stdout, stderr } = await kindling(['train', 'xor'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {4}0 {2}0\.7434073$/m);
    expect(stdout).toMatch(/^10000 {2}0\.0012345$/m);
    expect(stdout).toMatch(/^a {2}b {2}label {2}probability {2}prediction$/m);
    expect(stdout).toMatch(/^0 {2}1 {6}1 {4}0\.998\d+ {11}1$/m);
    expect(stdout).toMatch(/^train +loss 0\.0012343 {2}accuracy 1\.0000$/m);
    expect(stdout).toMatch(/[⠁-⣿]{5}/);
    expect(stdout).toMatch(/10,001 steps in .*; the run is in runs\/xor \(curve\.svg\)\n$/);
    expect(stderr).toContain('xor: 9 parameters on cpu, 4 samples, 10,001 steps\n');
    const svg = await readFile(join(cwd, 'runs', 'xor', 'curve.svg'), 'utf8');
    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\s*$/);
  });

  test('without a terminal has neither colour nor a bar', async () => {
    const { stdout, stderr } = await kindling(brief, { cwd: await newFolder() });
    for (const sign of ['\x1b', '\r', '━']) expect(stdout + stderr).not.toContain(sign);
  });

  test('shows target and prediction over the only input', async () => {
    const cwd = await newFolder();
    const args = ['train', 'weight-height', '--epochs', '200'];
    const { code, stdout } = await kindling(args, { cwd, env: data.env });
    expect(code).toBe(0);
    expect(stdout).toContain('height over weight');
    const files = await readdir(join(cwd, 'runs', 'weight-height'));
    expect(files).toEqual(expect.arrayContaining(['curve.svg', 'predictions.svg']));
  });

  test('keeps to the columns of the terminal', async () => {
    const { stdout } = await kindling(brief, { cwd: await newFolder(), env: { COLUMNS: '60' } });
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(62);
  });
});

describe('options', () => {
  test('change the experiment, --set in its order and the others after it', async () => {
    const set = [
      '--set',
      'optimizer.lr=0.5',
      '--set',
      'optimizer.lr=0.25',
      '--set',
      'epochs=7',
      '--set',
      'loss=mse',
    ];
    const own = ['--seed', '3', '--epochs', '40', '--log-every', '20', '--device', 'cpu'];
    const { code, stdout } = await kindling(['train', 'xor', ...set, ...own, '--json'], {
      cwd: await newFolder(),
    });
    expect(code).toBe(0);
    const [started] = ofType(events(stdout), 'run-started');
    expect(started?.experiment).toMatchObject({
      seed: 3,
      epochs: 40,
      logEvery: 20,
      device: 'cpu',
      loss: { type: 'mse' },
      optimizer: { type: 'sgd', lr: 0.25 },
    });
    expect(ofType(events(stdout), 'step').map(({ step }) => step)).toEqual([0, 20, 39]);
  });

  test('--variant chooses a variant, whose name the run gets', async () => {
    const cwd = await newFolder();
    const { code, stdout } = await kindling(
      ['train', 'diabetes-deep', '--variant', 'tanh', '--epochs', '3', '--json'],
      { cwd, env: data.env },
    );
    expect(code).toBe(0);
    expect(ofType(events(stdout), 'run-started')[0]).toMatchObject({ run: 'diabetes-deep-tanh' });
  });

  test('--run-dir says where; a run that is there already is not overwritten', async () => {
    const cwd = await newFolder();
    expect((await kindling([...brief, '--run-dir', 'here/it/is'], { cwd })).code).toBe(0);
    await stat(join(cwd, 'here', 'it', 'is', 'checkpoints', 'last.safetensors'));
    const { code, stderr } = await kindling([...brief, '--run-dir', 'here/it/is'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^kindling: run: expected a folder without a run, got .*is; resume that run or choose/m,
    );
  });

  test('runs of one name get numbers', async () => {
    const cwd = await newFolder();
    await kindling(brief, { cwd });
    const { stdout } = await kindling([...brief, '--json'], { cwd });
    expect(ofType(events(stdout), 'run-started')[0]?.run).toBe('xor-2');
  });

  test('an experiment in a file has its paths from its folder', async () => {
    const cwd = await newFolder();
    await mkdir(join(cwd, 'mine'));
    await writeFile(join(cwd, 'mine', 'line.csv'), 'x,y\n0,1\n1,3\n2,5\n3,7\n');
    const experiment = {
      name: 'line',
      data: { source: 'csv', path: 'line.csv' },
      model: [{ type: 'linear', out: 1 }],
      loss: 'mse',
      optimizer: { type: 'sgd', lr: 0.1 },
      epochs: 200,
    };
    await writeFile(join(cwd, 'mine', 'line.json'), JSON.stringify(experiment));
    const { code, stdout } = await kindling(['train', 'mine/line.json', '--json'], { cwd });
    expect(code).toBe(0);
    expect(ofType(events(stdout), 'run-finished')[0]?.metrics.train?.loss).toBeLessThan(1e-6);
  });
});

describe('--dry-run', () => {
  test('shows the experiment and its model, and trains nothing', async () => {
    const cwd = await newFolder();
    const { code, stdout, stderr } = await kindling(['train', 'mnist', '--dry-run'], { cwd, env: data.env });
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout.slice(0, stdout.indexOf('\n}\n') + 2))).toMatchObject({
      name: 'mnist',
      epochs: 10,
    });
    expect(stdout).toMatch(/0 +Linear\(in_features=784, out_features=256, bias=True\) +256 +200,960$/m);
    expect(stdout).toMatch(/all +203,530$/m);
    expect(stdout).toContain(`reads       ${data.file('mnist/train-images-idx3-ubyte.gz')}\n`);
    expect(stdout).toContain(
      'samples     320 for training, 64 for validation\nsteps       20: 10 epochs of 2\n',
    );
    expect(await readdir(cwd)).toEqual([]);
  });

  test('--json makes that one object', async () => {
    const { stdout } = await kindling(['train', 'xor', '--dry-run', '--json'], { cwd: await newFolder() });
    const [plan, ...others] = jsonLines(stdout);
    expect(others).toEqual([]);
    expect(plan).toMatchObject({ type: 'dry-run', device: 'cpu', parameters: 9, samples: 4, steps: 10_001 });
  });

  test('says which files would be downloaded, and downloads none', async () => {
    const folder = await newFolder();
    const env = { KINDLING_DATA_DIR: folder };
    const { code, stdout } = await kindling(['train', 'mnist', '--dry-run'], { cwd: folder, env });
    expect(code).toBe(0);
    expect(stdout).toContain('reads       mnist/train-images-idx3-ubyte.gz, to be downloaded\n');
    expect(await readdir(folder)).toEqual([]);
  });

  test('finds what training would find', async () => {
    const settings = { cwd: await newFolder() };
    const loss = await kindling(['train', 'xor', '--dry-run', '--set', 'loss=crossEntropy'], settings);
    expect(loss.code).toBe(2);
    const width = await kindling(['train', 'xor', '--dry-run', '--set', 'model.2.out=3'], settings);
    expect(width.stderr).toBe(
      'kindling: xor: model: expected 1 output (for label) from the last layer, got [3]\n',
    );
    const device = await kindling(['train', 'xor', '--dry-run', '--device', 'cuda:7'], settings);
    expect(device.code).toBe(4);
  });
});

test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
  'a folder that cannot be written is told (not tried as root, who can write everywhere)',
  async () => {
    const cwd = await newFolder();
    await chmod(cwd, 0o500);
    const { code, stderr } = await kindling(brief, { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^kindling: .*runs: cannot create the folder: permission denied \(EACCES\)$/m);
  },
);

test('a run folder that is a file is told', async () => {
  const cwd = await newFolder();
  await writeFile(join(cwd, 'taken'), 'no folder');
  const { code, stdout, stderr } = await kindling([...brief, '--run-dir', 'taken/run'], { cwd });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^kindling: .*taken\/run: expected a folder, got a path through a file$/m);
});
