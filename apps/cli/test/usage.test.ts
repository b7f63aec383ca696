import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { builtinNames } from '@kindling/train';
import { describe, expect, test } from 'vitest';
import { kindling } from './process/in-process.ts';
import { bin } from './process/kindling.ts';

const commands = [
  'train',
  'eval',
  'predict',
  'runs list',
  'runs show',
  'runs stop',
  'runs rm',
  'experiment list',
  'experiment show',
  'experiment check',
  'init',
  'export',
  'data list',
  'data download',
  'data info',
  'data check',
  'devices',
  'doctor',
  'tfjs setup',
];

describe('help', () => {
  test('--version is the version of the package', async () => {
    const { version } = JSON.parse(await readFile(join(dirname(bin), '..', 'package.json'), 'utf8'));
    expect(await kindling(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('--help names every command and goes to stdout', async () => {
    const { code, stdout, stderr } = await kindling(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^  ${command.split(' ')[0]}\\b`, 'm'));
  });

  test.each(commands)('%s --help fits into 80 columns and says what the options do', async (command) => {
    const { code, stdout } = await kindling([...command.split(' '), '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: kindling ${command}`);
    expect(stdout).toContain('--json');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('of train names the built-in experiments', async () => {
    const { stdout } = await kindling(['train', '--help']);
    for (const name of builtinNames) expect(stdout).toContain(name);
  });

  test('is shown, on stderr, where a command is missing', async () => {
    for (const args of [[], ['data'], ['runs'], ['experiment']]) {
      const { code, stdout, stderr } = await kindling(args);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain('Usage: kindling');
    }
  });
});

describe('what a command line gets wrong is said in one line, with exit code 2', () => {
  test.each([
    [['trian', 'xor'], 'unknown command "trian"; did you mean "train"? (see kindling --help)'],
    [
      ['train', 'xor', '--epocs', '3'],
      'train: unknown option "--epocs"; did you mean "--epochs"? (see kindling train --help)',
    ],
    [
      ['train', 'xor', '--epochs'],
      'train: expected --epochs <n>, got nothing after it (see kindling train --help)',
    ],
    [['train', 'xor', 'more'], 'train: expected 1 argument, got 2 (see kindling train --help)'],
    [['eval'], 'eval: expected <run>, got nothing (see kindling eval --help)'],
    [['train', 'xor', '--epochs', '3', '--epochs', '4'], '--epochs: expected it once, got it twice'],
    [['predict', 'xor', '--index', '1', '--index=2'], '--index: expected it once, got it twice'],
    [
      ['data', 'dowload'],
      'data: unknown command "dowload"; did you mean "download"? (see kindling data --help)',
    ],
    [['devices', 'x'], 'devices: expected no argument, got 1 (see kindling devices --help)'],
    [['train', 'xor', '--epochs', 'ten'], '--epochs: expected an integer of at least 1, got "ten"'],
    [['train', 'xor', '--epochs', '0'], '--epochs: expected an integer of at least 1, got "0"'],
    [['train', 'xor', '--seed', '-1'], '--seed: expected an integer of at least 0, got "-1"'],
    [['train', 'xor', '--log-every', '1.5'], '--log-every: expected an integer of at least 1, got "1.5"'],
    [
      ['train', 'xor', '--device', 'gpu'],
      '--device: expected cpu, cuda, cuda:1 (any number), tfjs or auto, got "gpu"',
    ],
    [['eval', 'xor', '--split', 'tests'], '--split: expected one of train, test, validation, got "tests"'],
    [['predict', 'xor', '--checkpoint', 'b'], '--checkpoint: expected one of best, last, got "b"'],
    [
      ['predict', 'xor'],
      'predict: expected --row, --index, --text or a file, got none (see kindling predict --help)',
    ],
    [
      ['predict', 'xor', '--row', '0,1', '--index', '1'],
      'predict: expected --row, --index, --text or a file, got several (see kindling predict --help)',
    ],
  ])('kindling %j', async (args, message) => {
    expect(await kindling(args)).toEqual({ code: 2, stdout: '', stderr: `kindling: ${message}\n` });
  });

  test('kindling train alone lists the built-in experiments', async () => {
    const { code, stderr } = await kindling(['train']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^kindling: train: expected an experiment file or one of .*xor.*, got nothing\n$/);
  });
});

test('the first chunks are small: --help loads no engine, no charts and no schemas', async () => {
  const builds = join(dirname(bin), '..', 'dist', 'chunks');
  const [build, ...others] = await readdir(builds);
  expect(others).toEqual([]);
  const loaded = new Map<string, number>();
  const follow = async (name: string): Promise<void> => {
    if (loaded.has(name)) return;
    const text = await readFile(join(builds, build!, `${name}.cjs`), 'utf8');
    loaded.set(name, text.length);
    for (const [, next] of text.matchAll(/require\("\.\/([^"]+)\.js"\)/g)) await follow(next!);
  };
  await follow('main');
  const total = [...loaded.values()].reduce((a, b) => a + b, 0);
  expect(total).toBeLessThan(150_000);
  expect(total).toBeGreaterThan(50_000);
});
