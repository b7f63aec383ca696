// Trains the tutorial programs on their data (KINDLING_DATA_DIR, or downloaded) and draws the pictures of docs/tutorials.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mnist } from '@kindling/data';
import { loadExperiment, loadTrainedModel, readRunColumns, runExperiment } from '@kindling/train';
import { type Chart, classScores, decisionBoundary, image, progressDots, scatter } from '@kindling/viz';
import { renderPng } from '@kindling/viz/png';
import { renderSvg } from '@kindling/viz/svg';

const root = join(import.meta.dirname, '..', '..');
const images = join(root, 'docs', 'images', 'tutorials');
const runs = mkdtempSync(join(tmpdir(), 'kindling-tutorials-'));
mkdirSync(images, { recursive: true });

/** Trains a built-in experiment, or a variant of it, into a folder of its own. */
async function train(name: string, variant?: string): Promise<string> {
  const runDir = join(runs, variant ?? name);
  const experiment = await loadExperiment(name, variant === undefined ? {} : { variant });
  const { reason } = await runExperiment(experiment, { runDir, logEvery: 10 });
  console.log(variant ?? name, reason);
  return runDir;
}

const width = 640;
const height = 360;

function draw(name: string, chart: Chart): void {
  for (const theme of ['light', 'dark'] as const) {
    writeFileSync(join(images, `${name}-${theme}.svg`), `${renderSvg(chart, { width, height, theme })}\n`);
  }
}

/** Many dots, and the pixels of an image, are smaller as a PNG. */
function drawPng(name: string, chart: Chart, size = { width, height }): void {
  writeFileSync(join(images, `${name}.png`), renderPng(chart, size));
}

async function xor(): Promise<void> {
  const model = await loadTrainedModel(await train('xor'));
  const axis = Array.from({ length: 49 }, (_, i) => (i - 4) / 40);
  const scores = model.predict(axis.flatMap((y) => axis.map((x) => [x, y]))).outputs.map(([score]) => score!);
  const samples = { x: [0, 0, 1, 1], y: [0, 1, 0, 1], label: [0, 1, 1, 0] };
  draw('xor-boundary', decisionBoundary({ x: axis, y: axis, scores, samples }, { title: 'XOR' }));
}

async function weightHeight(): Promise<void> {
  const { columns } = readRunColumns(await train('weight-height'));
  const { input, target, prediction } = columns.lastSample('predictions')!;
  const [x, y, predicted] = [input, target, prediction].map((group) => Object.values(group)[0]!);
  const names = { xName: 'weight', xUnit: 'kg', yName: 'height', yUnit: 'cm' };
  draw(
    'weight-height',
    scatter({ x: x!, target: y!, prediction: predicted! }, { title: 'Height from weight', ...names }),
  );
}

/** The pictures of a sweep are in its folder. */
function homework(): void {
  const folder = join(runs, 'homework');
  const command = [join(root, 'apps', 'cli', 'bin', 'kindling.mjs'), 'sweep', 'diabetes-homework'];
  execFileSync(process.execPath, [...command, '--run-dir', folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  copyFileSync(join(folder, 'gradients.svg'), join(images, 'homework-gradients.svg'));
  copyFileSync(join(folder, 'sweep.svg'), join(images, 'homework.svg'));
}

async function digits(): Promise<void> {
  const test = await mnist({ split: 'test' });
  const query = test.get(42);
  drawPng(
    'digit-42',
    image({ pixels: query.image, width: 28, height: 28 }, { title: `label ${query.label}` }),
    {
      width: 240,
      height: 270,
    },
  );
  const variants = {
    mse: 'MSE',
    bce: 'BCE',
    leaky: 'LeakyReLU',
    adam: 'Adam',
    'layer-norm': 'LayerNorm',
    all: 'all',
  };
  const losses: { run: string; step: Float64Array; loss: Float64Array }[] = [];
  for (const [variant, run] of Object.entries(variants)) {
    const folder = await train('mnist-single', variant);
    const { steps } = readRunColumns(folder).columns;
    losses.push({ run, step: steps.step, loss: steps.metrics.get('loss')! });
    if (variant !== 'mse') continue;
    const row = Array.from(query.image, (pixel) => pixel / 255);
    const [scores] = (await loadTrainedModel(folder)).predict([row]).scores!;
    const options = {
      title: 'Outputs for test image 42',
      target: query.label,
      xName: 'digit',
      yName: 'output',
    };
    draw('scores-42', classScores({ scores: scores! }, options));
  }
  drawPng('losses', progressDots(losses, { title: 'Loss, one image a step', yRange: [0, 1] }));
  drawPng('loss-mse', progressDots(losses[0]!, { title: 'MSE, one image a step' }));
}

try {
  await xor();
  await weightHeight();
  homework();
  await digits();
} finally {
  rmSync(runs, { recursive: true, force: true });
}
