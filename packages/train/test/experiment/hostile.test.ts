import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  ExperimentError,
  JsonSyntaxError,
  loadExperiment,
  parseExperiment,
  parseJsonDocument,
} from '../../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'kindling-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

const minimal = {
  name: 'tiny',
  data: { source: 'xor' },
  model: [{ type: 'linear', out: 1 }],
  loss: 'mse',
  optimizer: { type: 'sgd', lr: 0.1 },
  epochs: 1,
};

async function refusalOf(run: () => unknown): Promise<ExperimentError | JsonSyntaxError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof ExperimentError || error instanceof JsonSyntaxError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

async function loaded(name: string, content: string | Uint8Array): Promise<string> {
  writeFileSync(join(folder, name), content);
  return (await refusalOf(() => loadExperiment(name, { cwd: folder }))).message;
}

const long = 'x'.repeat(1_000_000);

describe('JSON', () => {
  test.each([
    ['lists', '['.repeat(200_000)],
    ['objects', '{"a":'.repeat(200_000)],
    ['closed lists', '['.repeat(200_000) + ']'.repeat(200_000)],
  ])('of 200,000 %s in each other is refused at the first level too many', async (_, text) => {
    expect(await loaded('deep.json', text)).toMatch(
      /^deep\.json:1:\d+: expected at most 100 levels of arrays and objects, got more$/,
    );
  });

  test('of 100 levels is read', () => {
    expect(() => parseJsonDocument('['.repeat(100) + ']'.repeat(100), 'x')).not.toThrow();
    expect(() => parseJsonDocument(`[${'[],'.repeat(1000)}[]]`, 'x')).not.toThrow();
  });

  test('of 200,000 unknown keys is refused with the first of them', async () => {
    const keys = Array.from({ length: 200_000 }, (_, i) => `"epoch${i}": 1`);
    const message = await loaded('keys.json', `{${keys.join(',\n')}}`);
    const lines = message.split('\n');
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe('keys.json: and 20 or more further problems');
    expect(message.length).toBeLessThan(5000);
  });

  test('of 200,000 wrong layers is refused with the first of them', async () => {
    const model = Array.from({ length: 200_000 }, () => 'rleu');
    const message = await loaded('layers.json', JSON.stringify({ ...minimal, model }));
    expect(message.split('\n')).toHaveLength(21);
  });

  test.each([
    ['a long key', `{"${long}": 1}`],
    ['a long key twice', `{"${long}": 1, "${long}": 2}`],
    ['a long key without a colon', `{"${long}" 1}`],
    ['a long string in place of a number', JSON.stringify({ ...minimal, epochs: long })],
    ['a long name', JSON.stringify({ ...minimal, name: long })],
    ['a long number', `{"a": ${'1'.repeat(1_000_000)}x}`],
    ['a long word', long],
    ['many escapes', `{"a": "${'\\n'.repeat(2_000_000)}\\x"}`],
    ['a string without an end', `{"a": "${long}`],
    ['a long key in an object', JSON.stringify({ ...minimal, optimizer: { type: 'sgd', [long]: 1 } })],
    ['a long type', JSON.stringify({ ...minimal, optimizer: long })],
  ])('with %s is refused with a short message', async (_, text) => {
    expect((await loaded('long.json', text)).length).toBeLessThan(2500);
  });

  test('of more than 10 MB, and what is no text, is refused before it is read', async () => {
    expect(await loaded('large.json', ' '.repeat(10_000_001))).toBe(
      'large.json: expected a file, got more than 10000000 bytes',
    );
    expect(await loaded('latin1.json', Uint8Array.of(0x7b, 0xe9, 0x7d))).toBe(
      'latin1.json: expected UTF-8 text, got invalid bytes',
    );
  });
});

describe('a document of a module', () => {
  test('that holds itself is refused', async () => {
    const variants: Record<string, unknown> = {};
    variants.again = variants;
    const { message } = await refusalOf(() => parseExperiment({ ...minimal, variants }));
    expect(message).toContain('expected at most 100 levels of arrays and objects, got more');
  });

  test('that is no document is refused', async () => {
    for (const document of [undefined, null, 1, 'x', [], () => 1]) {
      expect((await refusalOf(() => parseExperiment(document))).message).toContain('expected an object');
    }
  });

  test.each([
    [
      'throws.mjs',
      'const x = 1;\nthrow new TypeError("out of order");\n',
      /^throws\.mjs(:2:\d+)?: expected a module that loads, got TypeError: out of order$/,
    ],
    ['text.mjs', 'throw "no error";\n', /^text\.mjs: expected a module that loads, got "no error"$/],
    [
      'syntax.mjs',
      'export default {\n  name: "x",,\n};\n',
      /^syntax\.mjs(:\d+:\d+)?: expected a module that loads, got \w*Error: /,
    ],
    [
      'missing.mjs',
      'import "./none.mjs";\n',
      /^missing\.mjs: expected a module that loads, got Error: Cannot find module/,
    ],
    ['empty.mjs', '', /^empty\.mjs: expected a default export with the experiment, got none$/],
    [
      'rejects.mjs',
      'await Promise.reject(new Error("later"));\n',
      /^rejects\.mjs(:1:\d+)?: expected a module that loads, got Error: later$/,
    ],
  ])('%s names the file', async (name, text, message) => {
    expect(await loaded(name, text)).toMatch(message);
  });

  test('what it threw is the cause', async () => {
    writeFileSync(join(folder, 'cause.mjs'), 'throw new RangeError("deep");\n');
    const error = await refusalOf(() => loadExperiment('cause.mjs', { cwd: folder }));
    expect(error.cause).toBeInstanceOf(RangeError);
  });
});

describe('a folder or a device in place of a file', () => {
  test('is refused with its name', async () => {
    expect((await refusalOf(() => loadExperiment(`${folder}/.json`))).message).toContain('expected');
    const { mkdirSync } = await import('node:fs');
    mkdirSync(join(folder, 'folder.json'));
    expect((await refusalOf(() => loadExperiment('folder.json', { cwd: folder }))).message).toBe(
      'folder.json: expected a file, got a folder',
    );
  });
});

describe('text that looks like another value', () => {
  test.each([
    [{ epochs: '3' }, 'epochs: expected an integer, got "3"; did you mean 3?'],
    [
      { data: { source: 'xor', shuffle: 'True' } },
      'data.shuffle: expected true or false, got "True"; did you mean true?',
    ],
    [
      { optimizer: { type: 'sgd', lr: '0,1' } },
      'optimizer.lr: expected a number, got "0,1"; did you mean 0.1?',
    ],
    [{ optimizer: { type: 'sgd', lr: '\u22120.1' } }, 'got "\u22120.1"; did you mean -0.1?'],
    [{ earlyStopping: 'None' }, 'earlyStopping: expected an object, got "None"; null removes the key'],
    [{ metrics: ['acc'] }, 'got "acc"; did you mean "accuracy"?'],
  ])('%j', async (change, message) => {
    expect((await refusalOf(() => parseExperiment({ ...minimal, ...change }))).message).toContain(message);
  });
});
