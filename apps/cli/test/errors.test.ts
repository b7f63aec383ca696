import { mkdir, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encodeIdx } from '@kindling/data';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../src/failure.ts';
import { skippedText } from '../src/report/run-report.ts';
import { shellWord } from '../src/shell-word.ts';
import { type DataFolder, emptyDataFolder, smallDataFolder } from './process/data-folder.ts';
import { events, ofType } from './process/events.ts';
import { kindling } from './process/in-process.ts';
import { type Ended, newFolder } from './process/kindling.ts';

const line = {
  name: 'line',
  data: { source: 'csv', path: 'line.csv' },
  model: [{ type: 'linear', out: 1 }],
  loss: 'mse',
  optimizer: { type: 'sgd', lr: 0.01 },
  epochs: 50,
};

/** Trains an experiment file, beside a CSV file of that content. */
async function trainFile(experiment: object | string, csv = 'x,y\n0,1\n1,3\n'): Promise<Ended> {
  const cwd = await newFolder();
  await writeFile(join(cwd, 'line.csv'), csv);
  await writeFile(
    join(cwd, 'line.json'),
    typeof experiment === 'string' ? experiment : JSON.stringify(experiment, null, 2),
  );
  const ended = await kindling(['train', 'line.json', '--json'], { cwd });
  return { ...ended, stderr: ended.stderr.replaceAll(join(cwd, 'line.csv'), 'line.csv') };
}

const refused = (code: number, message: string): Ended => ({
  code,
  stdout: '',
  stderr: `kindling: ${message}\n`,
});

describe('a wrong experiment ends with exit code 2', () => {
  test('text that is not JSON, with line and column', async () => {
    const text = '{\n  "name": "line",\n  "epochs": 5,,\n}\n';
    expect(await trainFile(text)).toEqual(
      refused(2, 'line.json:3:15: expected a key in double quotes, got ","'),
    );
  });

  test('an unknown key, with the one that was meant', async () => {
    const experiment = { ...line, optimizer: { type: 'sgd', lrr: 0.01 } };
    const { code, stderr } = await trainFile(experiment);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^line\.json:16:5: optimizer\.lrr: unknown key; did you mean "lr"\?$/m);
  });

  test('an unknown dataset, with the one that was meant', async () => {
    const { code, stderr } = await trainFile({ ...line, data: { source: 'minst' } });
    expect(code).toBe(2);
    expect(stderr).toMatch(/data\.source: expected one of .*"mnist".*, got "minst"; did you mean "mnist"\?/);
  });

  test('everything that is wrong, not only the first', async () => {
    const { code, stderr } = await trainFile({ ...line, epochs: -1, loss: 'msee', extra: 1 });
    expect(code).toBe(2);
    expect(stderr.trimEnd().split('\n')).toHaveLength(3);
    expect(stderr).toContain('epochs: expected a number above 0, got -1');
    expect(stderr).toContain('did you mean "mse"?');
    expect(stderr).toContain('extra: unknown key');
  });

  test.each([
    [['xro'], 'did you mean "xor"?'],
    [['none.json'], 'expected a file, got none at '],
    [
      ['xor', '--set', 'optimizer.lrr=1'],
      '--set optimizer.lrr=1: optimizer.lrr: unknown key; did you mean "lr"?',
    ],
    [['xor', '--set', 'epochs'], '--set: expected path=value, such as optimizer.lr=0.01, got "epochs"'],
    [['xor', '--variant', 'big'], 'xor: variants: expected an experiment that has variants, got "big"'],
    [['mnist-single', '--variant', 'al'], 'got "al"; did you mean "all"?'],
    [['xor', '--resume'], 'no run named "xor" in runs/; the folder has no runs'],
    [['xor', '--resume', '--run-dir', 'none'], '--resume: expected a run, got none in '],
  ])('train %j', async (args, message) => {
    const { code, stdout, stderr } = await kindling(['train', ...args], { cwd: await newFolder() });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('wrong data ends with exit code 3', () => {
  test('text in a column of numbers, with row and column', async () => {
    expect(await trainFile(line, 'x,y\n0,1\n1,three\n')).toEqual(
      refused(3, 'line.csv, row 3, column 2 (y): expected a finite number, got "three"'),
    );
  });

  test('a row that is too short', async () => {
    expect(await trainFile(line, 'x,y\n0,1\n1\n')).toEqual(
      refused(3, 'line.csv, row 3: expected 2 columns as in row 1, got 1'),
    );
  });

  test('a missing file', async () => {
    const { code, stdout, stderr } = await trainFile({ ...line, data: { source: 'csv', path: 'no.csv' } });
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/^kindling: .*no\.csv: expected a file, got none\n$/);
  });

  test('a column that is not there, with the one that was meant', async () => {
    const data = { ...line.data, targets: ['hieght'] };
    const { code, stderr } = await trainFile({ ...line, data }, 'weight,height\n1,2\n');
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /column: expected one of weight, height, got "hieght"; did you mean "height"\?\n$/,
    );
  });

  const mnist = async (change: (folder: DataFolder) => Promise<void>): Promise<Ended> => {
    const folder = await smallDataFolder();
    await change(folder);
    const ended = await kindling(['train', 'mnist', '--json'], { cwd: folder.path, env: folder.env });
    return { ...ended, stderr: ended.stderr.replaceAll(`${folder.file('mnist')}${sep}`, '') };
  };
  const images = 'mnist/train-images-idx3-ubyte.gz';
  const labels = 'mnist/train-labels-idx1-ubyte.gz';

  test('a damaged gzip file', async () => {
    const whole = gzipSync(encodeIdx({ shape: [2], data: Uint8Array.of(1, 2) }));
    const { code, stdout, stderr } = await mnist((folder) =>
      writeFile(folder.file(labels), whole.subarray(0, 20)),
    );
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/^kindling: train-labels-idx1-ubyte\.gz: expected a complete gzip/);
    expect(stderr).not.toMatch(/ {4}at /);
  });

  test('a truncated IDX file', async () => {
    const whole = encodeIdx({ shape: [320, 28, 28], data: new Uint8Array(320 * 784) });
    const ended = await mnist((folder) => writeFile(folder.file(images), gzipSync(whole.subarray(0, 5000))));
    const message =
      'train-images-idx3-ubyte.gz: expected 250896 bytes for shape [320, 28, 28] of uint8, got 5000 bytes';
    expect(ended).toEqual(refused(3, message));
  });

  test('another number of labels than of images', async () => {
    const two = gzipSync(encodeIdx({ shape: [2], data: Uint8Array.of(1, 2) }));
    const { code, stderr } = await mnist((folder) => writeFile(folder.file(labels), two));
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /^kindling: train-labels-idx1-ubyte\.gz: expected 320 labels for the images of .*, got 2\n$/,
    );
  });

  test('a label that is no digit', async () => {
    const wrong = encodeIdx({ shape: [320], data: new Uint8Array(320).fill(3, 0, 7).fill(12, 7, 8) });
    const { code, stderr } = await mnist((folder) => writeFile(folder.file(labels), gzipSync(wrong)));
    expect(code).toBe(3);
    expect(stderr).toBe(
      'kindling: train-labels-idx1-ubyte.gz, label 7: expected a class in [0, 9], got 12\n',
    );
  });

  test('a name that is no dataset', async () => {
    const known =
      'dataset: expected one of digits, mnist, fashion-mnist, emnist-balanced, emnist-letters, emnist-digits, emnist-mnist, emnist-byclass, emnist-bymerge, cifar-10, cifar-100, diabetes, weight-height, xor, pattern-1010';
    const got = 'got "minst"; did you mean "mnist"?';
    expect(await kindling(['data', 'download', 'minst'])).toEqual(refused(3, `${known}, ${got}`));
    const file = 'or a file that ends in .csv or .csv.gz';
    expect(await kindling(['data', 'info', 'minst'])).toEqual(refused(3, `${known}, ${file}, ${got}`));
  });
});

describe('a device that is not here ends with exit code 4', () => {
  test.each([
    ['train', ['train', 'xor', '--device', 'cuda:99']],
    ['in an experiment', ['train', 'xor', '--set', 'device=cuda:99']],
  ])('%s', async (_, args) => {
    const { code, stdout, stderr } = await kindling(args, { cwd: await newFolder() });
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toMatch(/^kindling: device: expected .*cuda.*\n$/);
  });
});

test('a device whose engine misses a library ends with exit code 4 and says where it was expected', async () => {
  const cwd = await newFolder();
  const engine = join(cwd, 'node_modules', '@tensorflow', 'tfjs-node-gpu');
  await mkdir(engine, { recursive: true });
  await writeFile(join(engine, 'package.json'), '{ "name": "@tensorflow/tfjs-node-gpu" }');
  const message = 'libtensorflow.so.2: cannot open shared object file: No such file or directory';
  await writeFile(join(engine, 'index.js'), `throw new Error('${message}');`);
  const env = { LD_LIBRARY_PATH: '/opt/tensorflow' };
  const { code, stdout, stderr } = await kindling(['train', 'xor', '--device', 'tfjs'], { cwd, env });
  expect([code, stdout]).toEqual([4, '']);
  expect(stderr).toMatch(/^kindling: device: expected tfjs to be available, but tfjs-node-gpu: .*\n$/);
  expect(stderr).toContain(message);
  expect(stderr).toContain(join('deps', 'lib'));
});

describe('a loss that is no number ends with exit code 5', () => {
  const steep = { ...line, optimizer: { type: 'sgd', lr: 1e30 } };

  test('after the events that led there', async () => {
    const { code, stdout, stderr } = await trainFile(steep);
    expect(code).toBe(5);
    const all = events(stdout);
    expect(ofType(all, 'step').at(-1)?.loss).not.toSatisfy(Number.isFinite);
    expect(all.at(-1)).toMatchObject({ type: 'run-finished', status: 'diverged' });
    expect(stdout).toMatch(/"loss":"(NaN|Infinity)"/);
    expect(stderr).toMatch(
      /kindling: line: expected a finite loss, got (NaN|Infinity) at step \d+; try a smaller learning rate: --set optimizer\.lr=0\.01\n$/,
    );
  });
});

describe('an experiment that is a module', () => {
  test.each([
    [
      'broken.mjs',
      'const x = 1;\nthrow new TypeError("out of order");\n',
      /^kindling: broken\.mjs:2:7: expected a module that loads, got TypeError: out of order\n$/,
    ],
    [
      'comma.mjs',
      'export default {\n  name:,\n};\n',
      /^kindling: comma\.mjs(:2:\d+)?: expected a module that loads, got SyntaxError: .*\n$/,
    ],
    [
      'import.mjs',
      'import "./none.mjs";\n',
      /^kindling: import\.mjs: expected a module that loads, got Error: Cannot find module/,
    ],
  ])('and does not load: %s is named, with exit code 2', async (name, text, message) => {
    const cwd = await newFolder();
    await writeFile(join(cwd, name), text);
    const { code, stdout, stderr } = await kindling(['train', name], { cwd });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  test('and throws: KINDLING_DEBUG shows where', async () => {
    const cwd = await newFolder();
    await writeFile(join(cwd, 'broken.mjs'), 'throw new TypeError("out of order");\n');
    const { stderr } = await kindling(['train', 'broken.mjs'], { cwd, env: { KINDLING_DEBUG: '1' } });
    expect(stderr).toMatch(/TypeError: out of order\n {4}at file:.*broken\.mjs:1/);
  });
});

test('an empty data folder and no network: what to do is said', async () => {
  const folder = await emptyDataFolder();
  const { code, stdout } = await kindling(['data', 'info', 'mnist'], { env: folder.env });
  expect(code).toBe(0);
  expect(stdout).toMatch(/mnist\/train-images-idx3-ubyte\.gz +- +missing/);
});

test('a fault of the program itself names its kind, and how to see where', () => {
  expect(failureOf(new TypeError('out of order'))).toEqual({
    message: 'TypeError: out of order (KINDLING_DEBUG=1 shows where)',
    code: 1,
  });
  expect(failureOf('no error')).toEqual({ message: 'no error', code: 1 });
});

test('words of a command that is suggested are quoted where a shell needs it', () => {
  const words = ['runs/xor-2', 'a=b@c%d+e:f,g', 'two words', "it's", ''];
  const [single, double] = ["'", '"'];
  const mark = process.platform === 'win32' ? double : single;
  expect(words.map(shellWord)).toEqual([
    words[0],
    words[1],
    `${mark}two words${mark}`,
    process.platform === 'win32' ? `"it's"` : `'it'\\''s'`,
    mark + mark,
  ]);
});

test('what of a log was passed over is counted', () => {
  const reading = { skipped: 0, unknown: 0, problem: undefined };
  expect(skippedText(reading as never)).toBeUndefined();
  expect(skippedText({ ...reading, unknown: 2 } as never)).toBe('2 events of unknown types');
  expect(skippedText({ skipped: 1, unknown: 0, problem: 'torn' } as never)).toBe(
    '1 line of the log skipped; it is torn',
  );
  expect(skippedText({ skipped: 3, unknown: 1, problem: 'torn' } as never)).toBe(
    '3 lines of the log skipped; the first is torn; 1 event of unknown types',
  );
});
