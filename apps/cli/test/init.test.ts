import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { renderModule } from '../src/commands/init/render.ts';
import { answering, hasTerminal } from './process/answering.ts';
import { events } from './process/events.ts';
import { kindling } from './process/in-process.ts';
import { jsonLines, newFolder, start } from './process/kindling.ts';

let cwd: string;

const wave = (i: number): number => Math.sin(i * 1.7);
const rows = (count: number, header: string, row: (i: number) => string): string =>
  `${[header, ...Array.from({ length: count }, (_, i) => row(i))].join('\n')}\n`;

const files: Readonly<Record<string, string>> = {
  'words.csv': rows(
    200,
    'id,city,size,label',
    (i) =>
      `${i},${['Seoul', 'Busan', 'Jeju'][i % 3]},${i % 40 === 0 ? 'NA' : 100 + 50 * wave(i)},${wave(i) > 0 ? 'yes' : 'no'}`,
  ),
  'binary.csv': rows(120, 'a,b,y', (i) => `${wave(i)},${wave(i + 5)},${wave(i) > 0.2 ? 1 : 0}`),
  'value.csv': rows(150, 'a,b,price', (i) => `${1000 * wave(i)},${wave(i + 5)},${5000 + 800 * wave(i)}`),
  'grades.csv': rows(150, 'a,grade', (i) => `${wave(i)},${3 + Math.round(2 + 2 * wave(i))}`),
  'euro.csv': rows(80, 'x;y', (i) =>
    `${wave(i).toFixed(3)};${(2 * wave(i)).toFixed(3)}`.replaceAll('.', ','),
  ),
  'bare.csv': rows(60, '0.5,1.5', (i) => `${wave(i)},${wave(i + 1)}`),
  'odd names.csv': rows(60, '"a ""b""\n*/ {",__proto__,y', (i) => `${wave(i)},${wave(i + 3)},${wave(i + 1)}`),
};

beforeAll(async () => {
  cwd = await newFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
});

describe('init --from', () => {
  test.each(Object.keys(files).flatMap((name) => ['mjs', 'json'].map((form) => [name, form] as const)))(
    '%s writes a .%s that passes the check and trains',
    async (name, form) => {
      const folder = await newFolder();
      const file = join(folder, `mine.${form}`);
      const made = await kindling(['init', '--from', name, '-o', file, '--epochs', '2', '--json'], { cwd });
      expect(made.code, made.stderr).toBe(0);
      expect(jsonLines(made.stdout)).toMatchObject([{ type: 'initialized', file, name: 'mine' }]);
      const check = await kindling(['experiment', 'check', file, '--json'], { cwd: folder });
      expect(jsonLines(check.stdout)).toMatchObject([{ type: 'checked', problems: 0 }]);
      const trained = await kindling(['train', file, '--json'], { cwd: folder });
      expect(trained.code, trained.stderr).toBe(0);
      expect(events(trained.stdout).at(-1)).toMatchObject({ status: 'completed' });
    },
  );

  test('says what it guessed, and learns', async () => {
    const { code, stdout } = await kindling(['init', '--from', 'words.csv'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^wrote words\.mjs$/m);
    expect(stdout).toMatch(/^ {2}data\.exclude: id: row numbers$/m);
    expect(readFileSync(join(cwd, 'words.mjs'), 'utf8')).toContain('// id: row numbers\n');
    const trained = await kindling(['train', 'words.mjs', '--json'], { cwd });
    const last = events(trained.stdout).at(-1);
    expect(last).toMatchObject({
      type: 'run-finished',
      metrics: { validation: { accuracy: expect.any(Number) } },
    });
    if (last?.type === 'run-finished') expect(last.metrics.validation?.accuracy).toBeGreaterThan(0.9);
  });

  test('never overwrites a file without --force', async () => {
    const folder = await newFolder();
    await writeFile(join(folder, 'xor.mjs'), 'mine');
    const again = await kindling(['init', '--from', 'xor'], { cwd: folder });
    expect(again).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('--force overwrites it'),
    });
    expect(readFileSync(join(folder, 'xor.mjs'), 'utf8')).toBe('mine');
    expect(await kindling(['init', '--from', 'xor', '--force'], { cwd: folder })).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, 'xor.mjs'), 'utf8')).toContain('export default {');
  });

  test('copies a built-in experiment, with its variants', async () => {
    const folder = await newFolder();
    await kindling(['init', 'deep', '--from', 'diabetes-deep', '--epochs', '3'], { cwd: folder });
    const { stdout } = await kindling(['experiment', 'check', 'deep.mjs', '--json'], { cwd: folder });
    expect(jsonLines(stdout)).toMatchObject([
      { name: 'deep', problems: 0, variants: ['sigmoid', 'tanh', 'leaky-relu'] },
    ]);
  });

  test('names the data by its place beside the experiment', async () => {
    await mkdir(join(cwd, 'sub'), { recursive: true });
    await kindling(['init', '--from', 'bare.csv', '-o', 'sub/bare.json'], { cwd });
    expect(JSON.parse(readFileSync(join(cwd, 'sub', 'bare.json'), 'utf8')).data.path).toBe('../bare.csv');
  });

  test('-o - prints the document alone, for a pipe', async () => {
    const { code, stdout } = await kindling(['init', '--from', 'binary.csv', '-o', '-', '--epochs', '1'], {
      cwd,
    });
    expect(code).toBe(0);
    const { child, ended } = start(['train', '-', '--run-dir', join(await newFolder(), 'run'), '--json'], {
      cwd,
    });
    child.stdin.end(stdout);
    expect((await ended).code).toBe(0);
  });

  test.each<[string[], number, string]>([
    [[], 2, 'or a terminal for prompts, got neither'],
    [['--from', 'nowhere.csv'], 3, 'nowhere.csv: expected a file, got none'],
    [['--from', 'words.csv', '--target', 'q'], 3, 'expected a target column, one of id, city, size, label'],
    [['--from', 'xor', '--target', 'a'], 2, '--target: expected a CSV file for --from'],
    [['../x', '--from', 'xor'], 2, 'expected a name of letters'],
    [['x y', '--from', 'xor'], 2, 'expected a name of letters'],
    [['--from', 'xor', '-o', 'xor.yaml'], 2, '--output: expected a file that ends in .mjs'],
    [['--from', 'xor', '--hidden', '3'], 2, '--hidden: expected a CSV file for --from'],
    [['--from', 'xor', '--task', 'guess'], 2, '--task: expected one of classes, binary, number, got "guess"'],
  ])('%j ends with exit code %i', async (args, expected, message) => {
    const folder = await newFolder();
    const found = args.map((word) => (word === 'words.csv' ? join(cwd, word) : word));
    const { code, stdout, stderr } = await kindling(['init', ...found], { cwd: folder });
    expect([code, stdout, stderr]).toEqual([expected, '', expect.stringContaining(message)]);
    expect(existsSync(join(folder, 'xor.mjs'))).toBe(false);
  });
});

describe.skipIf(!hasTerminal)('questions on a terminal', () => {
  test('lead to an experiment; an empty answer takes what is in brackets', async () => {
    const folder = await newFolder();
    await writeFile(join(folder, 'words.csv'), files['words.csv']!);
    const { code, seen } = answering(']: ', ['words.csv', 'lable', 'label', '', 'mine'], ['init'], folder);
    expect(code, seen).toBe(0);
    expect(seen).toContain('expected one of id, city, size, label, got "lable"');
    expect(seen).toContain('wrote mine.mjs');
    expect(readFileSync(join(folder, 'mine.mjs'), 'utf8')).toContain('targets: ["label"]');
  });

  test('ask for the kind of a target that may be classes, until it is one of them', async () => {
    const folder = await newFolder();
    await writeFile(join(folder, 'value.csv'), files['value.csv']!);
    await writeFile(join(folder, 'binary.csv'), files['binary.csv']!);
    const kind = 'Kind of target (';
    const numbers = answering(']: ', ['value.csv', 'price', 'mine'], ['init'], folder);
    expect(numbers.code, numbers.seen).toBe(0);
    expect(numbers.seen).not.toContain(kind);
    const answers = ['binary.csv', 'y', 'guess', 'classes', 'yours'];
    const classes = answering(']: ', answers, ['init'], folder);
    expect(classes.code, classes.seen).toBe(0);
    expect(classes.seen).toContain(kind);
    expect(classes.seen).toMatch(/expected one of .*, got "guess"/);
    expect(readFileSync(join(folder, 'yours.mjs'), 'utf8')).toContain('crossEntropy');
  });

  test('that are not answered end the command, and write nothing', async () => {
    const folder = await newFolder();
    const { code, seen } = answering(']: ', [], ['init'], folder);
    expect(code, seen).toBe(2);
    expect(seen).toContain('expected an answer, got the end of the input');
    expect(existsSync(join(folder, 'digits.mjs'))).toBe(false);
  });
});

test('a module holds any document, and no remark ends early', async () => {
  const document = {
    'a b': ['\u2028', "'", '`$'],
    ['__proto__']: { x: 1 },
    deep: { list: Array.from({ length: 40 }, (_, i) => i) },
  };
  const text = renderModule(
    document,
    new Map([
      ['a b', 'one\n*/ two\u2028three'],
      ['deep.list', 'x '.repeat(100)],
    ]),
  );
  const { default: read } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  expect(JSON.stringify(read)).toBe(JSON.stringify(document));
  expect(
    Math.max(
      ...text
        .split('\n')
        .filter((line) => line.startsWith('  '))
        .map(({ length }) => length),
    ),
  ).toBeLessThanOrEqual(110);
});
