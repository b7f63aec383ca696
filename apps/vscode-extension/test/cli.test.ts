import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { failureText, runCli } from '../src/cli/cli.ts';
import { findCli } from '../src/cli/find-cli.ts';
import { readJsonLines } from '../src/cli/json-lines.ts';
import { readProblems } from '../src/editing/problem.ts';
import { builtinRecord } from '../src/training/experiments.ts';
import { deviceRecord } from '../src/views/device-record.ts';

const extension = dirname(fileURLToPath(new URL('.', import.meta.url)));
const cwd = mkdtempSync(join(tmpdir(), 'kindling-run-'));

describe('the command line of the workspace', () => {
  const { place } = findCli({ folders: [extension], isTrusted: true, setting: '', path: '' });
  if (place === undefined) throw new Error('expected the package kindling, found none');

  it('finds the problems of a text, with the words that they are about', async () => {
    const text =
      '{\n  "name": "a",\n  "data": "xor",\n  "model": ["sigmoid"],\n  "optimizer": "sdg",\n  "epoch": 1\n}\n';
    const result = await runCli(place, ['experiment', 'check', '-', '--json'], { cwd, input: text });
    expect(result.code).toBe(2);
    const lines = text.split('\n');
    const fixes = readProblems(result.stdout).flatMap(({ start, end, suggestion }) =>
      suggestion === undefined
        ? []
        : [[lines[start.line]!.slice(start.character, end.character), suggestion]],
    );
    expect(fixes).toContainEqual(['"sdg"', 'sgd']);
    expect(fixes).toContainEqual(['"epoch"', 'epochs']);
  });

  it('lists experiments and devices', async () => {
    const listed = await runCli(place, ['experiment', 'list', '--json'], { cwd });
    expect(readJsonLines(listed.stdout, builtinRecord).map(({ name }) => name)).toContain('xor');
    const { stdout } = await runCli(place, ['devices', '--json'], { cwd });
    expect(readJsonLines(stdout, deviceRecord).find(({ device }) => device === 'cpu')?.available).toBe(true);
  });

  it('says why a command failed', async () => {
    const result = await runCli(place, ['train', 'nothing-like-it', '--dry-run'], { cwd });
    expect(result.code).toBe(2);
    expect(failureText(result)).toContain('nothing-like-it');
  });
});

describe('runCli', () => {
  const script = (text: string) => {
    const path = join(mkdtempSync(join(tmpdir(), 'kindling-script-')), 'main.mjs');
    writeFileSync(path, text);
    return { source: 'setting', path, isScript: true, version: undefined } as const;
  };

  it('ends a process that is not wanted any more', async () => {
    const abort = new AbortController();
    const running = runCli(script('setInterval(() => {}, 1000);'), [], { cwd, signal: abort.signal });
    abort.abort();
    await expect(running).rejects.toThrow(/abort/i);
  });

  it('survives a process that reads nothing and ends', async () => {
    const result = await runCli(script('process.exitCode = 3;'), [], { cwd, input: 'x'.repeat(2 ** 22) });
    expect(result).toEqual({ code: 3, stdout: '', stderr: '' });
    expect(failureText(result)).toBe('exit code 3');
  });

  it('fails where the folder is not there', async () => {
    await expect(runCli(script(''), [], { cwd: join(cwd, 'gone') })).rejects.toThrow(/ENOENT/);
  });
});
