import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRun, readRun } from '@kindling/train';
import { expect, test } from 'vitest';
import { kindling } from '../process/in-process.ts';
import { newFolder } from '../process/kindling.ts';

const python = fileURLToPath(new URL('../../../../.python-tools/readers/bin/python', import.meta.url));
const reader = fileURLToPath(new URL('reader.py', import.meta.url));

type Points = readonly (readonly [step: number, value: number | string, time: number])[];

interface Found {
  readonly scalars: Readonly<Record<string, Points>>;
  readonly images: Readonly<Record<string, unknown>>;
  readonly histograms: Readonly<Record<string, unknown>>;
  readonly first: number;
}

test("TensorBoard's own reader finds the values, pictures and histograms of a run", async ({ skip }) => {
  if (!existsSync(python)) skip('npm run python-tools -- readers has not been run');
  const cwd = await newFolder();
  const run = await createRun({ name: 'gan', dir: join(cwd, 'runs') });
  const losses = [3, 2.5, Number.NaN, 1e300, Number.NEGATIVE_INFINITY, -0.1];
  for (const [step, loss] of losses.entries()) {
    run.log(1000 * step, { loss, lr: 1e-4 / (step + 1), 'loss/generator': 2 ** step });
    run.log(1000 * step, { accuracy: step / 7 });
  }
  run.logEpoch(0, { train: { loss: 2 }, validation: { loss: 3, accuracy: 0.5 } }, { step: 3000 });
  run.logEpoch(1, { train: { loss: 1 }, generator: { fid: 12 } }, { step: 6000 });
  const grey = Uint8Array.from({ length: 9 * 6 }, (_, i) => 4 * i);
  run.logImages(3000, { images: grey, height: 2, width: 3, name: 'drawn', split: 'test' });
  const colour = Uint8Array.of(255, 0, 0, 0, 255, 0, 1, 2, 3, 4, 5, 6);
  run.logImages(3000, { images: colour, height: 2, width: 2, channels: 3 });
  run.logHistogram(3000, 'weights', [0, 1, 1, 4, Number.NaN], { bins: 4 });
  run.logHistogram(6000, 'weights', [-1, 1], { bins: 2 });
  run.logHistogram(6000, 'loss', [0, 1], { bins: 1 });
  run.finish();

  const args = ['runs', 'export', 'gan', '--format', 'tensorboard', '-o', 'tb'];
  const { code, stderr: notes } = await kindling(args, { cwd });
  expect(code, notes).toBe(0);
  const { stdout, status, stderr } = spawnSync(python, [reader, join(cwd, 'tb')], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  const { scalars, images, histograms, first }: Found = JSON.parse(stdout);

  const { columns, events } = readRun(run.path);
  expect(first).toBeCloseTo(events[0]!.time / 1000, 3);
  const { steps } = columns;
  const epochs = { 'train/loss': 2, 'validation/loss': 1, 'validation/accuracy': 1, 'generator/fid': 1 };
  expect(Object.keys(scalars).sort()).toEqual([...steps.metrics.keys(), ...Object.keys(epochs)].sort());
  for (const [tag, points] of Object.entries(scalars)) {
    expect(points.length, tag).toBe(tag in epochs ? Reflect.get(epochs, tag) : steps.length);
  }
  // Python writes its own words for what is not finite, and the format has float32.
  const number = (value: number | string): number =>
    typeof value === 'number' ? value : Number(value.replace('inf', 'Infinity').replace('nan', 'NaN'));
  for (const [tag, values] of steps.metrics) {
    expect(scalars[tag]!.map(([step]) => step)).toEqual([...steps.step]);
    expect(scalars[tag]!.map(([, value]) => number(value))).toEqual([...values].map(Math.fround));
    for (const [i, [, , time]] of scalars[tag]!.entries()) expect(time).toBeCloseTo(steps.time[i]! / 1000, 3);
  }
  const pointsOf = (tag: string) => scalars[tag]!.map(([step, value]) => [step, value]);
  expect(pointsOf('train/loss')).toEqual([
    [3000, 2],
    [6000, 1],
  ]);
  expect(pointsOf('validation/accuracy')).toEqual([[3000, 0.5]]);
  expect(pointsOf('generator/fid')).toEqual([[6000, 12]]);

  expect(Object.keys(images)).toEqual(['drawn/test', 'images']);
  expect(images.images).toEqual([[3000, 2, 2, 'RGB', [2, 2], [...colour]]]);
  expect(images['drawn/test']).toEqual([[3000, 42, 10, 'L', [42, 10], gridOf(grey)]]);
  expect(histograms).toEqual({
    weights: [
      [3000, 0, 4, 4, 0.5 + 2 * 1.5 + 3.5, [1, 2, 3, 4], [1, 2, 0, 1]],
      [6000, -1, 1, 2, 0, [0, 1], [1, 1]],
    ],
    'histogram/loss': [[6000, 0, 1, 2, 1, [1], [2]]],
  });
});

/** Nine pictures of 3 by 2 pixels: eight in a row, and black pixels around them. */
function gridOf(pixels: Uint8Array): number[] {
  const [width, height] = [8 * (3 + 2) + 2, 2 * (2 + 2) + 2];
  const grid = new Array<number>(width * height).fill(0);
  pixels.forEach((value, i) => {
    const [picture, row, column] = [Math.floor(i / 6), Math.floor((i % 6) / 3), i % 3];
    const [x, y] = [2 + (picture % 8) * 5 + column, 2 + Math.floor(picture / 8) * 4 + row];
    grid[y * width + x] = value;
  });
  return grid;
}
