import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runEventSchema } from '@kindling/train';
import { beforeAll, describe, expect, test } from 'vitest';
import { pngFile } from './image/png-file.ts';
import { type DataFolder, smallDataFolder } from './process/data-folder.ts';
import { events } from './process/events.ts';
import { kindling } from './process/in-process.ts';
import { type Ended, jsonLines, newFolder } from './process/kindling.ts';

/** A folder with a trained xor, a regression on a CSV file, a classifier of pictures. */
let cwd: string;
let data: DataFolder;
const here = (...args: string[]): Promise<Ended> => kindling(args, { cwd, env: data.env });
const json = async (...args: string[]): Promise<Record<string, unknown>[]> => {
  const { code, stdout, stderr } = await here(...args, '--json');
  expect([code, stderr.includes('kindling:')], stderr).toEqual([0, false]);
  return jsonLines(stdout);
};

const plane = {
  name: 'plane',
  data: { source: 'csv', path: 'plane.csv', targets: ['z'], validation: 0.25, scale: { target: 0.1 } },
  model: [{ type: 'linear', out: 1 }],
  loss: 'mse',
  optimizer: { type: 'sgd', lr: 0.3 },
  epochs: 400,
  metrics: ['mae', 'r2'],
};
const z = (x: number, y: number): number => 2 * x - 3 * y + 1;
const square = Array.from({ length: 16 }, (_, i) => [(i % 4) / 2 - 1, Math.floor(i / 4) / 2 - 1] as const);

beforeAll(async () => {
  data = await smallDataFolder();
  cwd = await newFolder();
  await writeFile(
    join(cwd, 'plane.csv'),
    `x,y,z\n${square.map(([x, y]) => `${x},${y},${z(x, y)}\n`).join('')}`,
  );
  await writeFile(join(cwd, 'plane.json'), JSON.stringify(plane));
  for (const args of [
    ['xor', '--epochs', '5001'],
    ['plane.json'],
    ['mnist', '--epochs', '12', '--set', 'data.batchSize=32'],
  ]) {
    const { code, stderr } = await here('train', ...args);
    expect(code, stderr).toBe(0);
  }
});

describe('predict', () => {
  test('a row, for a yes or no', async () => {
    const { code, stdout, stderr } = await here('predict', 'xor', '--row', '0,1');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^a {2}b {2}probability {2}prediction\n.*\n0 {2}1 {4}0\.99\d+ {11}1\n$/);
    const [record] = await json('predict', 'xor', '--row', '1 1');
    expect(record).toMatchObject({ type: 'prediction', run: 'xor', input: { a: 1, b: 1 }, class: 0 });
  });

  test('several rows', async () => {
    const records = await json('predict', 'xor', '--row', '0,1', '--row', '1,1');
    expect(records.map(({ input, class: own }) => [input, own])).toEqual([
      [{ a: 0, b: 1 }, 1],
      [{ a: 1, b: 1 }, 0],
    ]);
  });

  test('more rows than go through the model together, in their order', async () => {
    const rows = Array.from({ length: 2100 }, (_, i) => `${i % 2},${(i >> 1) % 2}`);
    await writeFile(join(cwd, 'many.csv'), `a,b\n${rows.join('\n')}\n`);
    const records = await json('predict', 'xor', 'many.csv');
    expect(records.map(({ class: own }) => own)).toEqual(rows.map((_, i) => (i % 2) ^ ((i >> 1) % 2)));
  });

  test('a file that is no IDX file has no index', async () => {
    await writeFile(
      join(cwd, 'dot.png'),
      pngFile({ width: 1, height: 1, depth: 8, colorType: 0, rows: [[7]] }),
    );
    await writeFile(join(cwd, 'rows.csv'), 'a,b\n0,1\n');
    for (const [run, file, what] of [
      ['mnist', 'dot.png', 'a PNG image (dot.png)'],
      ['xor', 'rows.csv', 'a CSV file (rows.csv)'],
    ] as const) {
      const { code, stdout, stderr } = await here('predict', run, file, '--index', '42');
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toBe(`kindling: --index: expected an IDX file of images, got ${what}; omit --index\n`);
    }
  });

  test('numbers, in the units of the data', async () => {
    const [record] = await json('predict', 'plane', '--row', '0.5,0.25');
    expect(record).toMatchObject({ input: { x: 0.5, y: 0.25 }, prediction: { z: expect.closeTo(1.25, 3) } });
  });

  test('a CSV file, a line for each row, columns by their names', async () => {
    await writeFile(join(cwd, 'ask.csv'), 'y,comment,x\n1,7,0\n0,8,1\n');
    const records = await json('predict', 'plane', 'ask.csv');
    expect(records).toMatchObject([
      { file: 'ask.csv', index: 0, input: { x: 0, y: 1 }, prediction: { z: expect.closeTo(-2, 3) } },
      { file: 'ask.csv', index: 1, input: { x: 1, y: 0 }, prediction: { z: expect.closeTo(3, 3) } },
    ]);
    expect(records[0]).not.toHaveProperty('target');
    const withAnswers = await json('predict', 'plane', 'plane.csv');
    expect(withAnswers[5]).toMatchObject({ target: { z: z(...square[5]!) } });
  });

  test('shows targets beside predictions where every row has one', async () => {
    const { stdout } = await here('predict', 'plane', 'plane.csv');
    expect(stdout).toMatch(/^ *x +y +z +z predicted\n/);
    const asked = await here('predict', 'plane', 'ask.csv');
    expect(asked.stdout).toMatch(/^ *x +y +z predicted\n/);
  });

  test('rows of pixels, with the label before them or without', async () => {
    const rows = [7, 3].map((label) => [label, ...Array.from({ length: 784 }, (_, i) => (i * label) % 256)]);
    await writeFile(join(cwd, 'labelled.csv'), `${rows.join('\n')}\n`);
    await writeFile(join(cwd, 'pixels.csv'), `${rows.map((row) => row.slice(1)).join('\n')}\n`);
    const labelled = await json('predict', 'mnist', 'labelled.csv');
    expect(labelled.map(({ index, label }) => [index, label])).toEqual([
      [0, 7],
      [1, 3],
    ]);
    const bare = await json('predict', 'mnist', 'pixels.csv');
    expect(bare.map(({ scores }) => scores)).toEqual(labelled.map(({ scores }) => scores));
    expect(bare[0]).not.toHaveProperty('label');
    for (const [wrong, shown] of [
      [256, '256'],
      [-1, '-1'],
      [0.5, '0.5'],
    ] as const) {
      await writeFile(join(cwd, 'wrong-pixel.csv'), `${rows[0]}\n${rows[1]!.with(9, wrong)}\n`);
      const { code, stderr } = await here('predict', 'mnist', 'wrong-pixel.csv');
      expect([code, stderr]).toEqual([
        3,
        `kindling: wrong-pixel.csv, sample 1: expected pixels in [0, 255], got ${shown}\n`,
      ]);
    }
  });

  test('a CSV file without names, by their order', async () => {
    await writeFile(join(cwd, 'bare.csv'), '0,1\n1,0\n');
    expect(await json('predict', 'xor', 'bare.csv')).toMatchObject([{ class: 1 }, { class: 1 }]);
    await writeFile(join(cwd, 'answered.csv'), '0,0,0\n1,1,0\n');
    expect(await json('predict', 'xor', 'answered.csv')).toMatchObject([
      { class: 0, target: { label: 0 } },
      { class: 0, target: { label: 0 } },
    ]);
  });

  test('an image of the test set, with its label, the picture and a bar for each class', async () => {
    const [record] = await json('predict', 'mnist', '--index', '7');
    const scores = Array.isArray(record?.scores) ? record.scores.map(Number) : [];
    expect(scores).toHaveLength(10);
    expect(scores.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    expect(record?.class).toBe(scores.indexOf(Math.max(...scores)));

    const { stdout } = await here('predict', 'mnist', '--index', '7');
    expect(stdout).toContain(`image 7, label ${record?.label}\n`);
    expect(stdout).toMatch(/█/);
    for (let digit = 0; digit < 10; digit++) expect(stdout).toMatch(new RegExp(`^ +${digit} │`, 'm'));
    const verdict = record?.class === record?.label ? 'correct' : `incorrect: the label is ${record?.label}`;
    expect(stdout).toMatch(new RegExp(`\nclass ${record?.class}, score \\d\\.\\d{4}, ${verdict}\n$`));
  });

  test('most images of the test set are recognised, one by one and from their file', async () => {
    const file = data.file('mnist/t10k-images-idx3-ubyte.gz');
    let right = 0;
    for (let index = 0; index < 5; index++) {
      const [fromSet] = await json('predict', 'mnist', '--index', String(index));
      const [fromFile] = await json('predict', 'mnist', file, '--index', String(index));
      expect(fromFile?.scores).toEqual(fromSet?.scores);
      if (fromSet?.class === fromSet?.label) right++;
    }
    expect(right).toBeGreaterThan(2);
  });

  test('a picture, brought into the form of a digit', async () => {
    // A one, in black on white.
    const rows = Array.from({ length: 60 }, (_, y) =>
      Array.from({ length: 60 }, (_, x) => (x > 26 && x < 34 && y > 5 && y < 55 ? 0 : 255)),
    );
    await writeFile(join(cwd, 'one.png'), pngFile({ width: 60, height: 60, depth: 8, colorType: 0, rows }));
    const { code, stdout, stderr } = await here('predict', 'mnist', 'one.png');
    expect(code).toBe(0);
    expect(stderr).toBe(
      'one.png: cropped from 60 × 60 pixels, scaled and centered, inverted to white on black\n',
    );
    expect(stdout).toMatch(/^one\.png\n/);
    const [record] = await json('predict', 'mnist', 'one.png');
    expect(record).toMatchObject({ file: 'one.png', class: expect.any(Number) });
    expect(record).not.toHaveProperty('label');
  });

  test.each([
    [['xor', '--row', '0,1,1'], 2, '--row: expected 2 numbers (a, b), got 3'],
    [
      ['xor', '--row', '0,1e39'],
      2,
      '--row: expected numbers in the range of float32 separated by commas, got "1e39"',
    ],
    [['xor', '--row', '0,one'], 2, '--row: expected numbers separated by commas, got "one"'],
    [['xor', '--index', '4'], 2, '--index: expected an index below 4, the number of samples, got 4'],
    [['none', '--row', '1'], 2, 'no run named "none" in runs/; its runs are mnist, plane, xor'],
    [['runs/none', '--row', '1'], 2, 'no run in '],
    [['mnist', 'no.png'], 3, 'no.png: expected a PNG or PGM image, or an IDX file of images, got none'],
    [
      ['mnist', 'plane.json'],
      3,
      'plane.json: expected a PNG or PGM image, or an IDX file of images, got a file that begins with',
    ],
    [
      ['mnist', 'plane.csv'],
      3,
      'plane.csv: expected 784 pixels per row, or 785 numbers with the label first, got 3 columns',
    ],
    [['plane', 'wrong.csv'], 3, 'wrong.csv: expected the columns x, y, got u, v'],
  ])('%j is refused', async (args, code, message) => {
    await writeFile(join(cwd, 'wrong.csv'), 'u,v\n1,2\n');
    const ended = await here('predict', ...args);
    expect([ended.code, ended.stdout]).toEqual([code, '']);
    expect(ended.stderr).toContain(`kindling: ${message}`);
  });
});

describe('eval', () => {
  test('measures on what was held back: the numbers that training ended with', async () => {
    const finished = events(await readFile(join(cwd, 'runs', 'mnist', 'events.jsonl'), 'utf8')).at(-1);
    const metrics = finished?.type === 'run-finished' ? finished.metrics.validation : undefined;
    const [record] = await json('eval', 'mnist', '--checkpoint', 'last');
    expect(record).toMatchObject({
      type: 'evaluation',
      run: 'mnist',
      checkpoint: 'last',
      split: 'validation',
      samples: 64,
    });
    expect(record?.metrics).toMatchObject({
      accuracy: metrics?.accuracy,
      loss: expect.closeTo(metrics!.loss!, 6),
    });
  });

  test('shows the confusion matrix of a classifier', async () => {
    const { code, stdout } = await here('eval', 'mnist');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^true \\ predicted +0 .* 9 +recall$/m);
    expect(stdout).toMatch(/^test {8}loss \d\.\d+ {2}accuracy \d\.\d{4}\n$/m);
  });

  test('on training samples', async () => {
    const [record] = await json('eval', 'plane', '--split', 'train');
    expect(record).toMatchObject({ split: 'train', samples: 12 });
    expect(Object.keys(record?.metrics ?? {})).toEqual(['loss', 'mae', 'r2']);
  });

  test('of a run that held nothing back says so', async () => {
    const { code, stderr } = await here('eval', 'xor', '--split', 'validation');
    expect(code).toBe(2);
    expect(stderr).toContain('expected validation samples');
  });

  test('takes a folder, and a file in it', async () => {
    for (const run of ['runs/xor', 'runs/xor/events.jsonl', join(cwd, 'runs', 'xor')]) {
      expect(await json('eval', run)).toMatchObject([{ run: 'xor', samples: 4 }]);
    }
  });
});

describe('runs', () => {
  test('list shows the newest first, with its results', async () => {
    const { stdout } = await here('runs', 'list');
    const [header, , ...rows] = stdout.trimEnd().split('\n');
    expect(header).toMatch(/^run +state +epochs +metrics/);
    expect(rows.map((row) => row.split(/ {2,}/).slice(0, 2))).toEqual([
      ['mnist', 'completed'],
      ['plane', 'completed'],
      ['xor', 'completed'],
    ]);
    expect(rows[2]).toMatch(/loss 0\.00\d+, accuracy 1\.0000/);
    const records = await json('runs', 'list');
    expect(records.map(({ type, name, state }) => [type, name, state])).toEqual([
      ['run', 'mnist', 'completed'],
      ['run', 'plane', 'completed'],
      ['run', 'xor', 'completed'],
    ]);
  });

  test('list of a folder without runs is empty', async () => {
    const ended = await kindling(['runs', 'list'], { cwd: await newFolder() });
    expect(ended).toEqual({ code: 0, stdout: '', stderr: 'no runs in runs; kindling train xor makes one\n' });
  });

  test('show tells what training told', async () => {
    const { stdout } = await here('runs', 'show', 'xor');
    expect(stdout).toMatch(/^xor\n {2}experiment {2}xor: XOR /);
    expect(stdout).toMatch(/^ {2}state +completed, 5,001 of 5,001 epochs, 5,001 steps$/m);
    expect(stdout).toContain('   0  0.7434073\n');
    expect(stdout).toMatch(/[⠁-⣿]{5}/);
    const records = await json('runs', 'show', 'xor');
    for (const record of records) runEventSchema.parse(record);
    expect(records.at(-1)).toMatchObject({ type: 'run-finished' });
  });
});
