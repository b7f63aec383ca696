import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const folder = join(import.meta.dirname, '..');
const tsx = join(folder, '..', 'node_modules', '.bin', process.platform === 'win32' ? 'tsx.cmd' : 'tsx');

/** What a script prints when a person runs it. */
async function output(script: string): Promise<string> {
  const { stdout } = await promisify(execFile)(tsx, ['--conditions=@kindling/source', script], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
    shell: process.platform === 'win32',
  });
  return stdout;
}

const data = process.env.KINDLING_DATA_DIR;
const has = (file: string): boolean => data !== undefined && existsSync(join(data, file));

/** A test on a real file; without the file it says so. */
function testWith(file: string, name: string, fn: () => Promise<void>): void {
  if (!has(file)) console.warn(`skipping "${name}": KINDLING_DATA_DIR has no ${file}`);
  test.skipIf(!has(file))(name, { timeout: 240_000 }, fn);
}

describe('the tutorial programs print the numbers of PyTorch and NumPy', () => {
  test('autograd', async () => {
    expect(await output('autograd.ts')).toBe('dy/dx = 5.75\ndz/dx = 14\ndz/da = 64\ndz/db = 33\n');
  });

  test('xor', { timeout: 240_000 }, async () => {
    const text = await output('xor.ts');
    expect(text).toMatch(/^0 0\.7434073$/m);
    expect(text).toMatch(/^10000 0\.0012345$/m);
    expect(text).toMatch(/^predicted {2}\[ 0, 1, 1, 0 \]$/m);
  });

  test('xor by hand', { timeout: 240_000 }, async () => {
    expect(await output('xor-by-hand.ts')).toMatch(/^accuracy {3}1$/m);
  });

  test('xor, wide and deep', { timeout: 240_000 }, async () => {
    const text = await output('xor-wide-deep.ts');
    expect(text).toMatch(/^0 0\.6948984$/m);
    expect(text).toMatch(/^10000 0\.000156/m);
  });

  testWith('weight_height.csv', 'weight and height by hand', async () => {
    const text = await output('weight-height-by-hand.ts');
    const losses = [...text.matchAll(/loss (?:before|after) +([\d.]+)/g)].map(([, loss]) => Number(loss));
    expect(losses[0]).toBeCloseTo(1.12909730181823, 12);
    expect(losses[1]).toBeCloseTo(0.0031031677478338834, 9);
    expect(losses[2]).toBeCloseTo(1.12909730181823, 12);
    expect(losses[3]).toBeCloseTo(0.0033163568940495955, 9);
    expect(text).toMatch(/true gradient against autograd: W1 0\.0e\+0/);
  });

  testWith('weight_height.csv', 'weight and height with autograd', async () => {
    const text = await output('weight-height.ts');
    expect(text).toMatch(/^0 184\.635/m);
    expect(text).toContain('height (cm)');
  });

  testWith('diabetes.csv.gz', 'diabetes', async () => {
    const text = await output('diabetes.ts');
    expect(text).toMatch(/8-4-6-1 sigmoid accuracy 0\.6535/);
    const norms = /ten layers, sigmoid gradient norms.*: (.*)/.exec(text)![1]!.split(/\s+/).map(Number);
    expect(norms).toHaveLength(10);
    expect(norms[0]! / norms.at(-1)!).toBeLessThan(0.1);
  });
});

describe('the programs of the chapters after the tutorials print the numbers of PyTorch', () => {
  test('hihello', async () => {
    const lines = (await output('hihello.ts')).trim().split('\n');
    expect(lines).toHaveLength(11);
    expect(lines[0]).toBe('0 1.780265 iiiiii');
    expect(lines[1]).toBe('10 0.808894 ihello');
    expect(lines.at(-1)).toMatch(/^99 0\.5317\d\d ilello$/);
  });

  test('sentence', { timeout: 240_000 }, async () => {
    const text = await output('sentence.ts');
    expect(text).toMatch(/^0 3\.29719\d$/m);
    // Trained on windows of ten characters, it writes the sentence on from those.
    expect(text.trim().split('\n').at(-1)).toMatch(/^if you want to build a ship/);
  });

  test('gan-1010', { timeout: 240_000 }, async () => {
    const text = await output('gan-1010.ts');
    expect(text).toMatch(/^0 onReal 0\.095297 {2}onFake 0\.479337 {2}fooled 0\.095398$/m);
    const generated = [...text.split('generated')[1]!.matchAll(/0\.\d+/g)].map(Number);
    expect(generated).toEqual(
      [0.8806482, 0.0886013, 0.9220981, 0.0672588].map((value) => expect.closeTo(value, 5)),
    );
  });

  test('attention', { timeout: 240_000 }, async () => {
    const text = await output('attention.ts');
    expect(text).toMatch(/^0 2\.47880\d$/m);
    const reversed = [...text.matchAll(/^([\d ]+) → ([\d ]+)$/gm)];
    expect(reversed).toHaveLength(4);
    for (const [, given, found] of reversed) expect(found).toBe(given!.split(' ').reverse().join(' '));
  });
});
