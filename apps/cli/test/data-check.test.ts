import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { smallDataFolder } from './process/data-folder.ts';
import { kindling } from './process/in-process.ts';
import { jsonLines, newFolder } from './process/kindling.ts';

let cwd: string;

beforeAll(async () => {
  cwd = await newFolder();
  const rows = Array.from(
    { length: 60 },
    (_, i) => `${i + 1},${i === 9 ? 'NA' : Math.sin(i).toFixed(4)},${i % 3 === 0 ? 'no' : 'yes'}`,
  );
  await writeFile(join(cwd, 'people.csv'), `id,size,label\n${rows.join('\n')}\n`);
  await writeFile(join(cwd, 'ragged.csv'), 'a,b\n1,2\n3\n');
  await writeFile(join(cwd, 'latin.csv'), Buffer.from([0x61, 0x2c, 0xe9, 0x0a]));
});

describe('data check', () => {
  test('of a CSV file lists columns, classes and findings', async () => {
    const { code, stdout, stderr } = await kindling(['data', 'check', 'people.csv'], { cwd });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^people\.csv: 60 rows of 3 columns$/m);
    expect(stdout).toMatch(/^size +number +1 +59 /m);
    expect(stdout).toMatch(/^label: yes 40, no 20$/m);
    expect(stdout).toMatch(/^warning: id: row numbers/m);
    expect(stdout).toMatch(/^warning: size: 1 missing value; set data\.missing/m);
  });

  test('--json prints a line for the table, each column and each finding', async () => {
    const { code, stdout } = await kindling(['data', 'check', 'people.csv', '--json', '--target', 'size'], {
      cwd,
    });
    expect(code).toBe(0);
    const [table, ...rest] = jsonLines(stdout);
    const found = rest.filter(({ type }) => type === 'finding');
    expect(table).toMatchObject({
      type: 'data-check',
      rows: 60,
      columns: 3,
      incomplete: 1,
      missing: ['NA'],
      target: 'size',
      classes: null,
      findings: found.length,
    });
    expect(rest.filter(({ type }) => type === 'column').map(({ name }) => name)).toEqual([
      'id',
      'size',
      'label',
    ]);
    expect(found).toContainEqual({
      type: 'finding',
      level: 'warning',
      code: 'row-numbers',
      column: 'id',
      message: expect.any(String),
    });
  });

  test.each([
    ['ragged.csv', ''],
    ['latin.csv', 'kindling: latin.csv: expected UTF-8 text'],
    ['nowhere.csv', 'kindling: nowhere.csv: expected a file, got none'],
    ['mnits', 'did you mean "mnist"?'],
  ])('of %s ends with exit code 3', async (name, message) => {
    const { code, stderr } = await kindling(['data', 'check', name], { cwd });
    expect([code, stderr]).toEqual([3, expect.stringContaining(message)]);
  });

  test('of a column that is not there ends with exit code 2', async () => {
    expect(await kindling(['data', 'check', 'people.csv', '--target', 'lable'], { cwd })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'kindling: --target: expected a column of people.csv, got "lable"; did you mean "label"?\n',
    });
  });

  test('of datasets reads their files, and downloads none', async () => {
    const { env } = await smallDataFolder();
    const { code, stdout } = await kindling(['data', 'check', 'mnist', '--json'], { env });
    expect(code).toBe(0);
    expect(jsonLines(stdout).filter(({ type }) => type === 'data-check')).toMatchObject([
      { name: 'mnist, train', count: 320, blank: 0 },
      { name: 'mnist, test', count: 64 },
    ]);
    expect((await kindling(['data', 'check', 'weight-height'], { env })).stdout).toMatch(
      /4 rows of 2 columns/,
    );
    const empty = await newFolder();
    expect(await kindling(['data', 'check', 'mnist'], { env: { KINDLING_DATA_DIR: empty } })).toMatchObject({
      code: 3,
      stdout: '',
    });
  });
});
