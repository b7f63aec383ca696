import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { kindling } from './process/in-process.ts';
import { bin, environment, jsonLines, newFolder, start } from './process/kindling.ts';

let cwd: string;

const bad = `{
  "name": "bad",
  "sed": 3,
  "data": { "source": "xor" },
  "model": ["relo"],
  "loss": "bce",
  "optimizer": { "type": "sgd", "lr": 1 },
  "epochs": 2
}
`;
const good = bad
  .replace('  "sed": 3,\n', '')
  .replace('["relo"]', '[{ "type": "linear", "out": 1 }, "sigmoid"]');

beforeAll(async () => {
  cwd = await newFolder();
  await writeFile(join(cwd, 'bad.json'), bad);
  await writeFile(join(cwd, 'good.json'), good);
  await writeFile(join(cwd, 'wide.json'), good.replace('"out": 1', '"out": 3'));
});

/** Runs a command line with a text on stdin. */
async function piped(text: string, args: readonly string[], folder = cwd) {
  const { child, ended } = start(args, { cwd: folder });
  child.stdin.end(text);
  return ended;
}

describe('experiment check', () => {
  test('prints problems with their places, and ends with exit code 2', async () => {
    const { code, stdout, stderr } = await kindling(['experiment', 'check', 'bad.json'], { cwd });
    expect([code, stderr]).toEqual([2, 'bad.json: 2 problems\n']);
    expect(stdout.split('\n')).toEqual([
      'bad.json:3:3: sed: unknown key; did you mean "seed"?',
      expect.stringMatching(/^bad\.json:5:13: model\.0\.type: expected one of .* did you mean "relu"\?$/),
      '',
    ]);
  });

  test('prints records for editors', async () => {
    const { code, stdout } = await kindling(['experiment', 'check', '--json', 'bad.json', 'good.json'], {
      cwd,
    });
    expect(code).toBe(2);
    expect(jsonLines(stdout)).toEqual([
      {
        type: 'problem',
        file: 'bad.json',
        path: 'sed',
        message: 'unknown key; did you mean "seed"?',
        suggestion: 'seed',
        start: { line: 3, column: 3 },
        end: { line: 3, column: 8 },
      },
      expect.objectContaining({ path: 'model.0.type', start: { line: 5, column: 13 } }),
      { type: 'checked', file: 'bad.json', name: null, variants: [], problems: 2 },
      { type: 'checked', file: 'good.json', name: 'bad', variants: [], problems: 0 },
    ]);
  });

  test('finds what train finds, in the same places', async () => {
    await writeFile(join(cwd, 'long.json'), good.replace(/"epochs": \d+/, '"epochs": "3"'));
    const { stdout } = await kindling(['experiment', 'check', 'long.json'], { cwd });
    expect(stdout).toMatch(/^long\.json:\d+:\d\d: epochs: expected an integer, got "3"; did you mean 3\?\n$/);
    expect(await kindling(['train', 'long.json'], { cwd })).toEqual({
      code: 2,
      stdout: '',
      stderr: `kindling: ${stdout}`,
    });
  });

  test('of built-in experiments finds nothing', async () => {
    const { code, stdout } = await kindling(['experiment', 'check', 'mnist-single', 'xor', 'diabetes-deep']);
    expect([code, stdout]).toEqual([0, '']);
  });

  test('reads stdin', async () => {
    const { code, stdout } = await piped(bad, ['experiment', 'check', '-', '--json']);
    expect(code).toBe(2);
    expect(jsonLines(stdout)[0]).toMatchObject({ file: 'stdin', path: 'sed' });
    expect(await piped(good, ['experiment', 'check', '-'])).toMatchObject({ code: 0, stdout: '' });
  });
});

describe('train --dry-run --json', () => {
  test('prints the problems of a document', async () => {
    const { code, stdout, stderr } = await kindling(['train', 'bad.json', '--dry-run', '--json'], { cwd });
    expect(code).toBe(2);
    expect(jsonLines(stdout)).toMatchObject([
      { type: 'problem', path: 'sed', end: { line: 3, column: 8 } },
      { type: 'problem', path: 'model.0.type' },
    ]);
    expect(stderr).toContain('bad.json:3:3: sed: unknown key');
  });

  test('prints what the data showed, where the document has it', async () => {
    const { code, stdout } = await kindling(['train', 'wide.json', '--dry-run', '--json'], { cwd });
    expect(code).toBe(2);
    expect(jsonLines(stdout)).toMatchObject([
      { type: 'problem', file: 'wide.json', path: 'model', start: { line: 4, column: 12 } },
    ]);
  });

  test('names the change of a --set', async () => {
    const args = ['train', 'good.json', '--dry-run', '--json', '--set', 'epochs=0'];
    expect(jsonLines((await kindling(args, { cwd })).stdout)).toEqual([
      expect.objectContaining({ type: 'problem', file: '--set epochs=0', path: 'epochs' }),
    ]);
  });
});

describe('train -', () => {
  test('trains what comes on stdin, and says how to resume without it', async () => {
    const folder = await newFolder();
    const { code, stdout, stderr } = await piped(good, ['train', '-', '--json'], folder);
    expect(code, stderr).toBe(0);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: 'run-finished', status: 'completed' });
  });

  test('refuses what is no document', async () => {
    expect(await piped('', ['train', '-'])).toMatchObject({
      code: 2,
      stderr: 'kindling: stdin:1:1: expected a value, got the end of the text\n',
    });
  });
});

describe('experiment show', () => {
  test('prints a document that is an experiment itself', async () => {
    const { code, stdout } = await kindling(['experiment', 'show', 'xor', '--set', 'optimizer.lr=0.5']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ optimizer: { type: 'sgd', lr: 0.5, momentum: 0 } });
    expect(await piped(stdout, ['experiment', 'check', '-'])).toMatchObject({ code: 0 });
  });

  test('prints the keys with defaults and values', async () => {
    const { stdout } = await kindling(['experiment', 'show', 'mnist', '--json']);
    const [{ document, keys }] = jsonLines(stdout) as [{ document: object; keys: { path: string }[] }];
    expect(document).toMatchObject({ name: 'mnist', seed: 777 });
    const adam = { path: 'optimizer.betas', default: [0.9, 0.999], value: [0.9, 0.999] };
    expect(keys).toContainEqual(expect.objectContaining(adam));
    expect(keys.find(({ path }) => path === 'optimizer.dampening')).not.toHaveProperty('value');
    const { stdout: text } = await kindling(['experiment', 'show', 'mnist', '--keys']);
    expect(text).toMatch(/^optimizer\.lr +0\.001 +0\.001 +a number of at least 0 \(adam, adamW.*\)$/m);
    expect(text).toMatch(/^seed +0 +777 +an integer of at least 0$/m);
    expect(text).toMatch(/^metrics +\[\] +\["accuracy","confusionMatrix"\] /m);
    expect(text).toMatch(/^model +required +\d elements /m);
  });

  test('draws the model', async () => {
    const { stdout } = await kindling(['experiment', 'show', 'xor', '--model']);
    expect(stdout.split('\n').slice(0, 5)).toEqual([
      'xor',
      '9 parameters',
      '●  input    [N, 2]',
      '│',
      '●  Linear   [N, 2]  6 params',
    ]);
    const json = await kindling(['experiment', 'show', 'xor', '--model', '--json']);
    expect(jsonLines(json.stdout)[0]).toMatchObject({ model: { parameters: [0, 6, 0, 3, 0] } });
    expect(await kindling(['experiment', 'show', 'xor', '--model', '--keys'])).toMatchObject({
      code: 2,
      stdout: '',
    });
  });

  test('of a name that is none suggests one', async () => {
    expect(await kindling(['experiment', 'show', 'minst'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('did you mean "mnist"?'),
    });
  });
});

test('experiment list names the built-in experiments with their variants, and sweeps with their axes', async () => {
  const { code, stdout } = await kindling(['experiment', 'list', '--json']);
  expect(code).toBe(0);
  const all = jsonLines(stdout);
  expect(all.map(({ type }) => type)).toEqual([...Array(20).fill('experiment'), 'sweep']);
  expect(all.at(-1)).toMatchObject({
    name: 'diabetes-homework',
    data: 'diabetes',
    axes: ['width', 'activation', 'depth'],
    trials: 18,
  });
  expect(all).toContainEqual(
    expect.objectContaining({
      type: 'experiment',
      name: 'mnist-single',
      data: 'mnist',
      variants: expect.arrayContaining(['bce']),
    }),
  );
  expect((await kindling(['experiment', 'list'])).stdout).toMatch(/^mnist-single +mnist +mse bce/m);
});

test.skipIf(process.platform === 'win32')('a reader that leaves ends a command quietly', () => {
  for (const args of ['experiment show mnist --json', 'experiment list --json', 'data check digits --json']) {
    const script = `"$0" "$1" ${args} | head -c 1; echo " ${'$'}{PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script, process.execPath, bin], {
      env: environment(),
      encoding: 'utf8',
    });
    expect([stdout, stderr]).toEqual(['{ 0\n', '']);
  }
});
