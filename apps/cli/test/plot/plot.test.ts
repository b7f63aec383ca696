import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRun } from '@kindling/train';
import { beforeAll, describe, expect, test } from 'vitest';
import { chartNames } from '../../src/charts/chart-names.ts';
import { kindling } from '../process/in-process.ts';
import { bin, environment, jsonLines, newFolder } from '../process/kindling.ts';

let cwd: string;
const plot = (...args: string[]) => kindling(['plot', ...args], { cwd });

/** Charts of what only the run of an experiment has. */
const ofExperiments = ['model', 'filters', 'feature-maps', 'images-over-time'];

/** A run of a program's own loop that has logged something of every kind. */
async function logged(dir: string): Promise<void> {
  const run = await createRun({ name: 'own', dir, config: {} });
  for (let step = 0; step < 100; step++) {
    const values = { 'loss/generator': 2 / (1 + step), 'loss/discriminator': 0.5, lr: 0.1 };
    run.log(step, step % 10 === 0 ? { ...values, score: step / 100 } : values);
  }
  run.logEpoch(0, { validation: { score: 0.4 }, test: { score: 0.3 } });
  for (const step of [0, 50, 99]) {
    run.logHistogram(step, 'weights', [0, 1, 2, step]);
    run.logGradientNorms(step, { first: 1 + step, last: 0.5 });
  }
  run.logConfusionMatrix(99, {
    counts: [
      [3, 1],
      [0, 4],
    ],
    classes: ['cat', 'dog'],
  });
  run.logPredictions(99, {
    input: { x: [1, 2] },
    target: { y: [1, 2] },
    prediction: { y: [1.5, 2.5] },
    name: 'line',
  });
  run.logPredictions(99, { target: { label: [1, 0] }, prediction: { cat: [0.2, 0.9], dog: [0.8, 0.1] } });
  const side = [0, 0.25, 0.5, 0.75, 1];
  const nodes = side.flatMap((y) => side.map((x) => [x, y] as const));
  run.logPredictions(99, {
    name: 'boundary',
    input: { a: nodes.map(([x]) => x), b: nodes.map(([, y]) => y) },
    target: {},
    prediction: { yes: nodes.map(([x, y]) => x * y) },
  });
  run.logImages(99, { images: new Uint8Array(12).fill(90), width: 2, height: 3, labels: [0, 1] });
  run.finish();
}

beforeAll(async () => {
  cwd = await newFolder();
  const small = ['--set', 'data.train=64', '--set', 'data.test=32', '--set', 'data.batchSize=16'];
  const { code, stderr } = await kindling(['train', 'digits', ...small, '--epochs', '3'], { cwd });
  expect(code, stderr).toBe(0);
  await logged(join(cwd, 'runs'));
});

describe('in the terminal', () => {
  test('draws the metrics of a run, no wider than the terminal', async () => {
    for (const columns of [60, 100]) {
      const { code, stdout } = await kindling(['plot', 'digits'], { cwd, env: { COLUMNS: String(columns) } });
      expect(code).toBe(0);
      expect(stdout).toMatch(/^digits\n/);
      expect(stdout).toMatch(columns > 80 ? /loss .*accuracy/ : /loss\n(.*\n)*accuracy\n/);
      const widest = Math.max(...stdout.split('\n').map((line) => line.length));
      expect(widest).toBeLessThanOrEqual(columns);
      expect(widest).toBeGreaterThan(columns - 8);
    }
  });

  // A program's own run has no experiment that tells its model, and no convolutions.
  const logged = chartNames.filter((name) => !ofExperiments.includes(name));
  test.each(logged)('%s of a run that has logged it', async (chart) => {
    const { code, stdout, stderr } = await plot('own', '--chart', chart);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/[⠁-⣿█▀░]|│/);
  });

  test('draws the kernels of convolutions, and what they make of an image', async () => {
    const experiment = {
      name: 'convolutions',
      data: { source: 'digits', train: 32, test: 16, batchSize: 16 },
      model: [{ type: 'conv2d', out: 2, kernelSize: 3 }, 'relu', 'flatten', { type: 'linear', out: 10 }],
      loss: 'crossEntropy',
      optimizer: 'adam',
      epochs: 2,
    };
    writeFileSync(join(cwd, 'convolutions.json'), JSON.stringify(experiment));
    const trained = await kindling(['train', 'convolutions.json'], { cwd });
    expect(trained.code, trained.stderr).toBe(0);
    for (const chart of ['filters', 'feature-maps']) {
      const { code, stdout, stderr } = await plot('convolutions', '--chart', chart);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/[⠁-⣿█▀░]/);
    }
  });

  test('draws the model of a run', async () => {
    const { stdout } = await plot('digits', '--chart', 'model');
    expect(stdout).toMatch(/^digits\n[\d,]+ parameters\n● +input +\[N, 784\]\n/);
    expect(await plot('own', '--chart', 'model')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--chart model: expected runs with an experiment, got own'),
    });
  });

  test('compares runs by names, folders and patterns, each run once', async () => {
    const { code, stdout } = await plot(
      '*',
      'runs/digits',
      '--metric',
      'loss',
      '--metric',
      'score',
      '--x',
      'epoch',
    );
    expect(code).toBe(0);
    expect(stdout).toContain('own (train generator)');
    expect(stdout.match(/digits \(train loss\)/g)).toHaveLength(1);
  });
});

describe('to a file', () => {
  test('writes what the ending names, in one step, and replaces what is there', async () => {
    const starts = { svg: '<svg ', png: '\x89PNG', html: '<!doctype html>' };
    for (const [format, start] of Object.entries(starts)) {
      const file = join(cwd, `chart.${format}`);
      writeFileSync(file, 'before');
      const { code, stdout, stderr } = await plot(
        'digits',
        '-o',
        file,
        '--theme',
        'dark',
        '--smoothing',
        '0.5',
      );
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(new RegExp(`^chart\\.${format}: curves of digits, [\\d.]+ [kM]B\\n$`));
      expect(readFileSync(file, 'latin1').slice(0, start.length)).toBe(start);
    }
    expect(readdirSync(cwd).filter((name) => name.includes('tmp'))).toEqual([]);
  });

  test('a page of charts brings its library along', async () => {
    await plot('digits', '-o', 'page.html');
    const page = readFileSync(join(cwd, 'page.html'), 'utf8');
    expect(page.length).toBeGreaterThan(1_000_000);
    expect(page).not.toMatch(/src="http|href="http/);
  });

  test('a PNG without the packages that draw it says how to install them', async () => {
    const alone = await newFolder();
    cpSync(join(bin, '..', '..', 'dist'), join(alone, 'dist'), { recursive: true });
    cpSync(join(bin, '..', '..', 'bin'), join(alone, 'bin'), { recursive: true });
    cpSync(join(bin, '..', '..', 'package.json'), join(alone, 'package.json'));
    const command = [join(alone, 'bin', 'kindling.mjs'), 'plot', 'own', '-o', 'x.png'];
    const { status, stderr } = spawnSync(process.execPath, command, {
      cwd,
      env: environment(),
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining('npm install @resvg/resvg-js @expo-google-fonts/nanum-gothic'),
    ]);
    expect(readdirSync(cwd)).not.toContain('x.png');
  });
});

describe('--json', () => {
  test('prints a line a metric, with every row in which it was logged', async () => {
    const { stdout } = await plot('own', '--json');
    const curves = jsonLines(stdout);
    expect(curves.map(({ split, metric }) => [split, metric])).toEqual([
      ['train', 'loss/generator'],
      ['train', 'loss/discriminator'],
      ['train', 'score'],
      ['validation', 'score'],
      ['train', 'test/score'],
    ]);
    expect(curves[2]).toMatchObject({
      type: 'columns',
      chart: 'curves',
      run: 'own',
      step: [0, 10, 20, 30, 40, 50, 60, 70, 80, 90],
      value: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
    });
    expect(curves[2]!.epoch).toHaveLength(10);
    expect(curves[2]!.time).toHaveLength(10);
    expect(jsonLines((await plot('own', '--json', '--metric', 'lr')).stdout)[0]).toMatchObject({
      metric: 'lr',
    });
  });

  test('prints samples as they were logged, and with -o what was written', async () => {
    const { stdout } = await plot('own', '--chart', 'confusion', '--json');
    expect(jsonLines(stdout)).toMatchObject([
      {
        type: 'columns',
        chart: 'confusion',
        run: 'own',
        step: 99,
        counts: [
          [3, 1],
          [0, 4],
        ],
      },
    ]);
    const written = jsonLines((await plot('own', '-o', 'a.svg', '--json')).stdout);
    expect(written).toEqual([
      { type: 'plotted', chart: 'curves', runs: ['own'], file: 'a.svg', bytes: expect.any(Number) },
    ]);
  });
});

describe('says what is wrong', () => {
  test.each([
    [
      ['digits', '--chart', 'histogram'],
      '--chart histogram: expected runs with a histogram, got digits, which has curves, dots, confusion, gradient-norms, images',
    ],
    [['digits', '--chart', 'histo'], '--chart: expected one of curves, dots,'],
    [
      ['digits', '-o', 'x.pdf'],
      '--output: expected a file that ends in one of .svg, .png, .html, got "x.pdf"',
    ],
    [['digits', '--smoothing', '1'], '--smoothing: expected a number in [0, 1), got "1"'],
    [['digits', '--chart', 'confusion', '--log-y'], '--log-y: expected --chart curves, got confusion'],
    [['digits', '--metric', 'los'], 'got "los"; did you mean loss?'],
    [['own', '--chart', 'scores', '--index', '2'], '--index: expected a row below 2, got 2 (own)'],
    [['digits', 'own', '--chart', 'images'], '--chart images: expected one run, got 2 (digits, own)'],
    [['digit*'.replace('t', 'x')], 'expected a run that matches "digix*", got none'],
    [['dogits'], 'no run named "dogits" in runs/; did you mean'],
    [['./'], 'no run in'],
    [[], 'plot: expected <run>, got nothing'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await plot(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`kindling: `);
    expect(stderr).toContain(message);
  });
});

test('what several runs have instead is said of all of them', async () => {
  const folder = join(cwd, 'runs', 'twin');
  cpSync(join(cwd, 'runs', 'digits'), folder, { recursive: true });
  const { code, stderr } = await plot('digits', 'twin', '--chart', 'histogram');
  expect([code, stderr]).toEqual([
    2,
    'kindling: --chart histogram: expected runs with a histogram, got 2 runs, which have curves, dots, confusion, gradient-norms, images, model\n',
  ]);
  rmSync(folder, { recursive: true });
});

test('a picture grows with its legend', async () => {
  const folder = await newFolder();
  const heights: number[] = [];
  for (const count of [2, 60]) {
    const run = await createRun({ name: `of-${count}`, dir: join(folder, 'runs'), config: {} });
    const losses = Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`loss/of-the-part-number-${i}`, i]),
    );
    for (const step of [0, 1]) run.log(step, losses);
    run.finish();
    const file = join(folder, `${count}.svg`);
    expect(await kindling(['plot', `of-${count}`, '-o', file], { cwd: folder })).toMatchObject({ code: 0 });
    heights.push(Number(/height="(\d+)"/.exec(readFileSync(file, 'utf8'))?.[1]));
  }
  expect(heights[0]).toBe(450);
  expect(heights[1]).toBeGreaterThan(700);
});

describe('damage is confined', () => {
  test('lines that cannot be read are a note, and a half-written one waits', async () => {
    const folder = join(cwd, 'runs', 'torn');
    cpSync(join(cwd, 'runs', 'digits'), folder, { recursive: true });
    appendFileSync(join(folder, 'events.jsonl'), 'garbage\n{"type":"step","st');
    writeFileSync(join(folder, 'summary.json'), '{');
    const { code, stdout, stderr } = await plot('torn', 'digits', '--metric', 'loss');
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^torn: 1 line of the log skipped; it is .*expected an event in JSON, got "garbage"\n$/,
    );
    expect(stdout).toContain('torn (train)');
    rmSync(folder, { recursive: true });
  });

  test('a log that is none leaves its run out; alone it is the error', async () => {
    const folder = join(cwd, 'runs', 'hurt');
    cpSync(join(cwd, 'runs', 'digits'), folder, { recursive: true });
    rmSync(join(folder, 'events.jsonl'));
    const empty = await plot('runs/hurt', 'own');
    expect([empty.code, empty.stderr]).toEqual([
      0,
      'hurt was left out: it has no metrics of steps or epochs\n',
    ]);
    mkdirSync(join(folder, 'events.jsonl'));
    const { code, stderr } = await plot('runs/hurt', 'own');
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^hurt was left out: .*expected a regular file, got a folder\n$/),
    ]);
    expect((await plot('runs/hurt')).code).toBe(1);
    rmSync(folder, { recursive: true });
  });

  test('columns that do not fit together are an error that names the run', async () => {
    const folder = join(cwd, 'runs', 'odd');
    cpSync(join(cwd, 'runs', 'digits'), folder, { recursive: true });
    const matrix = {
      type: 'sample',
      kind: 'confusionMatrix',
      epoch: 0,
      step: 0,
      time: 0,
      classes: ['a'],
      counts: [[1, 2]],
    };
    appendFileSync(join(folder, 'events.jsonl'), `${JSON.stringify(matrix)}\n`);
    const { code, stderr } = await plot('runs/odd', '--chart', 'confusion');
    expect([code, stderr]).toEqual([2, 'kindling: expected 1 counts in row 0, got 2 (odd)\n']);
    const among = await plot('odd', 'own', '--chart', 'confusion');
    expect([among.code, among.stderr]).toEqual([0, 'odd was left out: expected 1 counts in row 0, got 2\n']);
    expect(among.stdout).toMatch(/^own, step 99\n/);
    rmSync(folder, { recursive: true });
  });
});

test('samples that make no sense are errors, and none of them is a crash', async () => {
  const folder = join(cwd, 'runs', 'mad');
  cpSync(join(cwd, 'runs', 'own'), folder, { recursive: true });
  const at = { type: 'sample', epoch: 0, step: 100, time: 0 };
  const samples = [
    { kind: 'predictions', name: 'line', input: { x: [1] }, target: { y: [1, 2] }, prediction: { y: [1] } },
    { kind: 'predictions', input: {}, target: { a: [7] }, prediction: { cat: [], dog: [1] } },
    { kind: 'images', width: 0, height: 9, pixels: 'AAAA', labels: [3] },
    { kind: 'histogram', name: 'weights', edges: [1, 'Infinity', 'NaN'], counts: [1] },
    { kind: 'gradientNorms', parameters: ['__proto__', 'first'], norms: [-1] },
    { kind: 'confusionMatrix', classes: [], counts: [] },
  ];
  for (const sample of samples)
    appendFileSync(join(folder, 'events.jsonl'), `${JSON.stringify({ ...at, ...sample })}\n`);
  for (const chart of chartNames) {
    const { code, stderr } = await plot('runs/mad', '--chart', chart);
    expect(stderr).not.toContain('Error');
    expect([0, 2]).toContain(code);
    // Its images are of two steps by now.
    const isThere = !ofExperiments.includes(chart) || chart === 'images-over-time';
    expect((await plot('runs/mad', '--chart', chart, '--json')).code).toBe(isThere ? 0 : 2);
  }
  rmSync(folder, { recursive: true });
});

test('a run of a process that is gone is drawn', async () => {
  const folder = await newFolder();
  const run = await createRun({ name: 'gone', dir: join(folder, 'runs'), config: {} });
  for (let step = 0; step < 10; step++) run.log(step, { loss: 1 / (1 + step) });
  run.flush();
  const { code, stdout } = await kindling(['plot', 'gone'], { cwd: folder });
  run.finish();
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^gone\n/)]);
});
