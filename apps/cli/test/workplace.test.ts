import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type DataFolder, smallDataFolder } from './process/data-folder.ts';
import { kindling } from './process/in-process.ts';
import { jsonLines, newFolder } from './process/kindling.ts';

let data: DataFolder;
beforeAll(async () => {
  data = await smallDataFolder();
});

describe('data', () => {
  test('list says what is here', async () => {
    const { code, stdout } = await kindling(['data', 'list'], { env: data.env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^xor +computed /m);
    expect(stdout).toMatch(/^mnist +here /m);
    expect(stdout).toContain(`Files are kept in ${data.path}\n`);
    const people = (lines: string) => jsonLines(lines).find(({ name }) => name === 'weight-height');
    const empty = await kindling(['data', 'list', '--json'], {
      env: { KINDLING_DATA_DIR: await newFolder() },
    });
    expect(people(empty.stdout)).toMatchObject({
      files: [{ file: 'weight_height.csv', path: null }],
    });
    const full = await kindling(['data', 'list', '--json'], { env: data.env });
    expect(people(full.stdout)).toMatchObject({
      state: 'here',
      files: [{ file: 'weight_height.csv', path: data.file('weight_height.csv'), size: 40 }],
    });
    const states = jsonLines(empty.stdout).map(({ name, state }) => [name, state]);
    expect(Object.fromEntries(states)).toEqual({
      digits: 'computed',
      xor: 'computed',
      'pattern-1010': 'computed',
      mnist: 'not downloaded',
      'fashion-mnist': 'not downloaded',
      'emnist-balanced': 'not downloaded',
      'emnist-letters': 'not downloaded',
      'emnist-digits': 'not downloaded',
      'emnist-mnist': 'not downloaded',
      'emnist-byclass': 'not downloaded',
      'emnist-bymerge': 'not downloaded',
      'cifar-10': 'not downloaded',
      'cifar-100': 'not downloaded',
      diabetes: 'not downloaded',
      'weight-height': 'not downloaded',
    });
  });

  test('info shows columns, and tells files that are not the published ones', async () => {
    const { code, stdout } = await kindling(['data', 'info', 'weight-height'], { env: data.env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/weight_height\.csv +4\d B +/);
    expect(stdout).not.toMatch(/whole$/m);
    expect(stdout).toMatch(/^weight +6 +36\.5 +70$/m);
    expect(stdout).toMatch(/\n4 rows\n$/);
  });

  test('info shows how many images there are of each class, and the first', async () => {
    const { stdout } = await kindling(['data', 'info', 'digits']);
    expect(stdout).toContain('train: 10,000 images of 28 × 28 pixels');
    expect(stdout).toMatch(/image 0, label \d\n/);
    const { stdout: lines } = await kindling(['data', 'info', 'digits', '--json']);
    const [, train] = jsonLines(lines);
    const perClass = Array.isArray(train?.perClass) ? train.perClass.map(Number) : [];
    expect(perClass.reduce((a, b) => a + b)).toBe(10_000);
  });

  test('info takes a CSV file', async () => {
    const cwd = await newFolder();
    await writeFile(join(cwd, 'mine.csv'), 'a,b\n1,10\n3,20\n');
    const { code, stdout } = await kindling(['data', 'info', 'mine.csv'], { cwd });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^b +10 +15 +20$/m)]);
  });

  test('download of a dataset that is computed has nothing to do', async () => {
    const ended = await kindling(['data', 'download', 'xor']);
    expect(ended).toEqual({
      code: 0,
      stdout: '',
      stderr: 'xor: computed, so there is nothing to download\n',
    });
    const { stdout } = await kindling(['data', 'download', 'xor', '--json']);
    expect(jsonLines(stdout)).toEqual([{ type: 'downloaded', name: 'xor', paths: [] }]);
  });

  const real = process.env.KINDLING_DATA_DIR;
  test.skipIf(real === undefined)(
    'download brings files from a mirror, with notes on stderr (needs the real file: KINDLING_DATA_DIR)',
    async () => {
      const file = await readFile(join(real ?? '', 'weight_height.csv'));
      const asked: string[] = [];
      const server = createServer((request, response) => {
        asked.push(request.url ?? '');
        response.end(file);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        const { port } = server.address() as AddressInfo;
        const folder = await newFolder();
        const env = { KINDLING_DATA_DIR: folder, KINDLING_MIRROR: `http://127.0.0.1:${port}/` };
        const { code, stdout, stderr } = await kindling(['data', 'download', 'weight-height'], { env });
        const path = join(folder, 'weight_height.csv');
        expect([code, stdout]).toEqual([0, `weight-height: 1 file in ${folder}\n`]);
        expect(stderr).toBe(
          `weight_height.csv: downloading from 127.0.0.1:${port}\nweight_height.csv: downloaded\n`,
        );
        expect(await readFile(path)).toEqual(file);
        const again = await kindling(['data', 'download', 'weight-height', '--json'], { env });
        expect(again.stderr).toBe('');
        expect(jsonLines(again.stdout)).toEqual([
          { type: 'downloaded', name: 'weight-height', paths: [path] },
        ]);
        expect(asked).toEqual(['/weight_height.csv']);
      } finally {
        server.close();
      }
    },
  );
});

describe('devices', () => {
  test('lists engines and what was found', async () => {
    const { code, stdout } = await kindling(['devices']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^cpu +\w+ +\w+: works$/m);
    const { stdout: lines } = await kindling(['devices', '--json']);
    expect(jsonLines(lines)[0]).toMatchObject({ type: 'device', device: 'cpu', available: true });
  });

  test('an engine that does not exist is told', async () => {
    const { code, stdout } = await kindling(['devices', '--json'], { env: { KINDLING_BACKEND: 'steam' } });
    expect(code).toBe(0);
    expect(jsonLines(stdout)[0]).toMatchObject({ device: 'cpu', available: false });
  });
});

describe('doctor', () => {
  test('finds what works', async () => {
    const { code, stdout } = await kindling(['doctor'], { cwd: await newFolder(), env: data.env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^kindling \d/);
    expect(stdout).toMatch(/^ok {4}Node +v\d/m);
    expect(stdout).toMatch(/^ok {4}device cpu +\w+ engine/m);
    expect(stdout).toMatch(/^ok {4}data xor +computed$/m);
    expect(stdout).toMatch(/C\+\+ compiler/);
    expect(stdout).toMatch(new RegExp(`^ok {4}data folder +${data.path}$`, 'm'));
  });

  test('says what to do about what does not', async () => {
    const missing = join(await newFolder(), 'not', 'yet');
    const { code, stdout } = await kindling(['doctor'], { env: { KINDLING_DATA_DIR: missing, PATH: '' } });
    expect(code).toBe(0);
    expect(stdout).toContain(`${missing} (created when needed)\n`);
    expect(stdout).toMatch(/data mnist +not downloaded\n +run kindling data download mnist\n/);
    expect(stdout).toMatch(
      /C\+\+ compiler +not found \(g\+\+, clang\+\+, c\+\+\)\n +install one to build the native engine/,
    );
  });

  test('fails where nothing can work', async () => {
    const { code, stdout } = await kindling(['doctor', '--json'], { env: { KINDLING_BACKEND: 'steam' } });
    expect(code).toBe(1);
    const states = jsonLines(stdout).map(({ check, state }) => [check, state]);
    expect(Object.fromEntries(states)).toMatchObject({ Node: 'ok', 'device cpu': 'fail' });
  });
});
