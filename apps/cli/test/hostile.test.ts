import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { kindling } from './process/in-process.ts';
import { bin, environment, newFolder } from './process/kindling.ts';

/** Runs the command line by a shell, which can do with its streams what no pipe can. */
function inShell(command: string, cwd: string) {
  const line = command.replaceAll('kindling', `"${process.execPath}" "${bin}"`);
  const { status, stdout, stderr } = spawnSync('bash', ['-c', line], {
    cwd,
    env: environment(),
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { code: status, stdout, stderr };
}

describe.runIf(existsSync('/dev/full'))('where stdout cannot be written', () => {
  test.each([
    'kindling runs list --json',
    'kindling devices',
    'kindling --help',
    'kindling data list --json',
  ])('%s says so, without a stack', async (command) => {
    const { code, stderr } = inShell(
      command === 'kindling runs list --json'
        ? 'kindling train xor --epochs 2 > out.txt 2>&1; kindling runs list --json > /dev/full'
        : `${command} > /dev/full`,
      await newFolder(),
    );
    expect([code, stderr]).toEqual([1, 'kindling: stdout: cannot write: ENOSPC\n']);
  });

  test('training stops after a checkpoint', async () => {
    const cwd = await newFolder();
    const { code, stderr } = inShell('kindling train xor --json > /dev/full', cwd);
    expect(code).toBe(1);
    expect(stderr).toContain('kindling: stdout: cannot write: ENOSPC\n');
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(existsSync(join(cwd, 'runs/xor/checkpoints/last.trainer.safetensors'))).toBe(true);
  });

  test('notes that cannot be written are lost', async () => {
    const { code, stdout } = inShell('kindling train xor --epochs 20 2> /dev/full', await newFolder());
    expect([code, stdout]).toEqual([0, expect.stringContaining('20 steps')]);
  });
});

describe.runIf(process.platform === 'linux')('where no folder can be made', () => {
  test('training ends and names the folder', async () => {
    const { code, stdout, stderr } = await kindling(['train', 'xor', '--run-dir', '/proc/kindling/run']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^kindling: \/proc\/kindling: cannot create the folder: .*\(ENOENT\)\n$/);
  });

  test('a download ends and names the folder', async () => {
    const { code, stderr } = await kindling(['data', 'download', 'weight-height'], {
      env: { KINDLING_DATA_DIR: '/proc/kindling/data' },
    });
    expect(code).toBe(3);
    expect(stderr).toMatch(/^kindling: \/proc\/kindling\/data: expected a writable folder/);
  });

  test('a working folder that is gone is named', async () => {
    const cwd = await newFolder();
    for (const command of ['train xor', 'train x.json', 'runs show xor', 'data info x.csv']) {
      await mkdir(join(cwd, 'gone'));
      const { code, stdout, stderr } = inShell(`cd gone && rmdir ../gone && kindling ${command}`, cwd);
      expect([code, stdout], command).toEqual([expect.any(Number), '']);
      expect(stderr, command).toMatch(/^kindling: [^\n]*\n$/);
      expect(stderr).not.toContain('uv_cwd');
    }
  });
});

describe('escape sequences in files', () => {
  const evil = '\x1b]0;owned\x07\x1b[31m\x9b2J';

  test.each([
    ['a header', `${evil}x,y\n1,2\n2,3\n`],
    ['a header of a column with an error', `x,${evil}y\n1,2\n2,q\n`],
    ['a field with an error', `x,y\n1,2\n2,${evil}\n`],
    ['a header twice', `${evil},${evil}\n1,2\n`],
  ])('of CSV: %s', async (_, csv) => {
    const cwd = await newFolder();
    await writeFile(join(cwd, 'evil.csv'), csv);
    const { stdout, stderr } = await kindling(['data', 'info', 'evil.csv'], { cwd });
    expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]/u);
    const json = await kindling(['data', 'info', 'evil.csv', '--json'], { cwd });
    expect(json.stdout).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test('of an experiment: keys, descriptions and what it trains', async () => {
    const cwd = await newFolder();
    const experiment = {
      name: 'evil',
      description: evil,
      data: { source: 'csv', path: 'evil.csv' },
      model: [{ type: 'linear', out: 1 }],
      loss: 'mse',
      optimizer: { type: 'sgd', lr: 0.01 },
      epochs: 2,
    };
    await writeFile(join(cwd, 'evil.csv'), `${evil}x,${evil}y\n1,2\n2,3\n`);
    await writeFile(join(cwd, 'evil.json'), JSON.stringify(experiment));
    await writeFile(join(cwd, 'keys.json'), JSON.stringify({ ...experiment, [evil]: 1, epochs: evil }));
    for (const args of [
      ['train', 'evil.json', '--dry-run'],
      ['train', 'evil.json'],
      ['runs', 'list'],
      ['runs', 'show', 'evil'],
      ['predict', 'evil', '--row', '1'],
      ['predict', 'evil', 'evil.csv'],
      ['eval', 'evil'],
      ['train', 'keys.json'],
      ['train', evil],
      [evil],
      ['predict', 'evil', '--row', evil],
    ]) {
      for (const extra of [[], ['--json']]) {
        const { stdout, stderr } = await kindling([...args, ...extra], { cwd });
        expect(stdout + stderr, args.join(' ')).not.toMatch(/[^\P{Cc}\n]/u);
      }
    }
  });
});

describe('predict reads a CSV file as training did', () => {
  test('with its delimiter, categories, missing values and columns', async () => {
    const cwd = await newFolder();
    const experiment = {
      name: 'shop',
      data: {
        source: 'csv',
        path: 'shop.csv',
        decimal: ',',
        exclude: ['id'],
        missing: ['NA'],
        onMissing: 'mean',
        categories: { color: 'oneHot', kind: 'codes' },
        targets: ['kind'],
        target: 'index',
      },
      model: [{ type: 'linear', out: 2 }],
      loss: 'crossEntropy',
      optimizer: { type: 'sgd', lr: 0.5 },
      epochs: 200,
      metrics: ['accuracy'],
    };
    await writeFile(join(cwd, 'shop.json'), JSON.stringify(experiment));
    await writeFile(
      join(cwd, 'shop.csv'),
      'id;color;size;kind\na;red;1,5;hat\nb;blue;0,5;shoe\nc;red;NA;hat\nd;blue;2,5;shoe\ne;blue;1;NA\n',
    );
    const trained = await kindling(['train', 'shop.json'], { cwd });
    expect(trained.code, trained.stderr).toBe(0);
    expect(trained.stderr).toContain('shop: 1 row of 5 with missing values dropped\n');
    await writeFile(join(cwd, 'new.csv'), 'size;color;note\nNA;blue;x\n1,5;red;y\n');
    const { code, stdout, stderr } = await kindling(['predict', 'shop', 'new.csv', '--json'], { cwd });
    expect(code, stderr).toBe(0);
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records.map(({ className }) => className)).toEqual(['shoe', 'hat']);
    const table = await kindling(['predict', 'shop', 'shop.csv'], { cwd });
    expect(table.stdout).toMatch(/\n4 of 4 correct\n$/);
    await writeFile(join(cwd, 'other.csv'), 'size;color\n1;green\n');
    const other = await kindling(['predict', 'shop', 'other.csv'], { cwd });
    expect([other.code, other.stderr]).toEqual([
      3,
      'kindling: other.csv, row 2, column 2 (color): expected one of the categories blue, red, got "green"\n',
    ]);
  });
});

test('--dry-run foresees a last batch of one', async () => {
  const args = ['train', 'diabetes', '--dry-run', '--set', 'model.0=batchNorm', '--set', 'data.batchSize=2'];
  const { code, stderr } = await kindling(args, { env: { KINDLING_DATA_DIR: await newFolder() } });
  expect(code).toBe(2);
  expect(stderr).toContain(
    'got 759 samples in batches of 2, the last of 1; set dropLast or change batchSize',
  );
});
