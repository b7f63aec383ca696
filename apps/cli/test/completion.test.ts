import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { shells } from '../src/commands/completion/scripts.ts';
import { kindling } from './process/in-process.ts';
import { bin, environment, newFolder } from './process/kindling.ts';

let cwd: string;

beforeAll(async () => {
  cwd = await newFolder();
  for (const name of ['first', 'second-2']) {
    mkdirSync(join(cwd, 'runs', name), { recursive: true });
    writeFileSync(join(cwd, 'runs', name, 'experiment.json'), '{}');
  }
  mkdirSync(join(cwd, 'runs', 'notes'));
  writeFileSync(join(cwd, 'mine.json'), '{}');
  // What the scripts call.
  mkdirSync(join(cwd, 'bin'));
  writeFileSync(join(cwd, 'bin', 'kindling'), `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
  chmodSync(join(cwd, 'bin', 'kindling'), 0o755);
});

/** The words that may stand in the place of the last one. */
async function after(...words: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await kindling(['complete', '--', ...words], { cwd });
  expect([code, stderr]).toEqual([0, '']);
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0]!]));
}

describe('complete', () => {
  test.each<[string[], string[]]>([
    [['tr'], ['train']],
    [
      ['runs', 's'],
      ['show', 'stop'],
    ],
    [
      ['train', '--se'],
      ['--set', '--seed'],
    ],
    [['train', '--seed', '3', '--se'], ['--set']],
    [
      ['train', '--set', 'epochs=3', '--set', 'optimizer.l'],
      ['optimizer.lr=', 'optimizer.lrDecay=', 'optimizer.lineSearch='],
    ],
    [['train', '--device', 't'], ['tfjs']],
    [
      ['eval', 'first', '--checkpoint', ''],
      ['best', 'last'],
    ],
    [['eval', 'first', '--checkpoint=l'], ['--checkpoint=last']],
    [
      ['train', 'weight'],
      ['weight-height-numpy', 'weight-height', ':files'],
    ],
    [
      ['runs', 'rm', ''],
      ['first', 'second-2', ':files'],
    ],
    [
      ['runs', 'rm', 'first', 'sec'],
      ['second-2', ':files'],
    ],
    [
      ['data', 'download', 'mnist', 'dia'],
      ['diabetes', ':files'],
    ],
    [['export', 'first', '-o', ''], [':files']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['help', 'tr'], ['train']],
    [['train', '--epochs', ''], []],
    [['nonsense', ''], []],
  ])('%j', async (words, expected) => {
    expect(await after(...words)).toEqual(expected);
  });

  test('names every command but itself', async () => {
    const { stdout } = await kindling(['--help']);
    const commands = await after('');
    expect(commands).toEqual(
      expect.arrayContaining(['train', 'eval', 'experiment', 'init', 'export', 'completion']),
    );
    expect(commands).not.toContain('complete');
    expect(stdout).not.toMatch(/^ {2}complete /m);
  });
});

const hasShell = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;

/** Runs a script in a shell that finds the command line under its name. */
function inShell(shell: string, script: string): string {
  const env = environment();
  const { stdout, stderr, status } = spawnSync(shell, [...(shell === 'zsh' ? ['-f'] : []), '-c', script], {
    cwd,
    env: { ...env, PATH: `${join(cwd, 'bin')}${delimiter}${env.PATH}` },
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

describe.skipIf(process.platform === 'win32')('in a shell', () => {
  test.skipIf(!hasShell('bash'))('bash completes words, runs and files', () => {
    const words = (...line: string[]): string[] => {
      const list = line.map((word) => `'${word}'`).join(' ');
      return inShell(
        'bash',
        `source <(kindling completion bash); COMP_WORDS=(kindling ${list}); COMP_CWORD=${line.length}; _kindling; printf '%s\\n' "\${COMPREPLY[@]}"`,
      )
        .split('\n')
        .slice(0, -1);
    };
    expect(words('runs', 'li')).toEqual(['list']);
    expect(words('runs', 'show', 'f')).toEqual(['first']);
    expect(words('train', 'm')).toEqual([
      'mnist-cnn',
      'mnist-lenet',
      'mnist-resnet',
      'mnist-single',
      'mnist',
      'mine.json',
    ]);
    expect(words('eval', 'first', '--split', '')).toEqual(['train', 'test', 'validation']);
  });

  test.skipIf(!hasShell('fish'))('fish completes words with their descriptions', () => {
    const line = (text: string): string =>
      inShell('fish', `kindling completion fish | source; complete -C '${text}'`);
    expect(line('kindling runs li')).toBe('list\tlist the runs in a folder, newest first\n');
    expect(line('kindling runs show f')).toContain('first\trun\n');
    expect(line('kindling runs rm first ')).toContain('second-2\trun\n');
    expect(line('kindling train mi')).toContain('mine.json');
  });

  test.skipIf(!hasShell('zsh'))('zsh gathers words with their descriptions', () => {
    // _describe and _files need a line editor; what they are given is looked at.
    const gathered = (line: string, current: number): string =>
      inShell(
        'zsh',
        `compdef() { : }; source <(kindling completion zsh); _describe() { print -l -- "\${(@P)2}" }; _files() { print FILES }; words=(${line}); CURRENT=${current}; _kindling`,
      );
    expect(gathered('kindling runs li', 3)).toBe('list:list the runs in a folder, newest first\n');
    expect(gathered("kindling runs show ''", 4)).toBe('first:run\nsecond-2:run\nFILES\n');
    expect(gathered("kindling train --epochs ''", 4)).toBe('');
  });

  test.each(shells.filter(hasShell))('%s accepts the script', (shell) => {
    const path = join(cwd, `completion.${shell}`);
    writeFileSync(path, inShell(shell, `kindling completion ${shell}`));
    const { status, stderr } = spawnSync(shell, ['-n', path], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });
});

test('of another shell is a usage error', async () => {
  expect(await kindling(['completion', 'csh'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: 'kindling: completion: expected one of bash, zsh, fish, got "csh"\n',
  });
});
