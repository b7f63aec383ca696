import { englishTexts } from '@kindling/viz';
import { expect, test } from 'vitest';
import { boundaryChart } from '../../src/page/samples/boundary.ts';
import { gradientColumns } from '../../src/page/samples/gradient-chart.ts';
import { histogramChart } from '../../src/page/samples/histogram-charts.ts';
import { sampleImages } from '../../src/page/samples/images.ts';
import { modelColumns } from '../../src/page/samples/model-columns.ts';
import { modelLayers } from '../../src/page/samples/model-layers.ts';
import { predictionChart, scoreChart } from '../../src/page/samples/prediction-chart.ts';
import { byName, samplesOf } from '../../src/page/samples/sample-kind.ts';
import { upsampleGrid } from '../../src/page/samples/upsample-grid.ts';
import { RunData } from '../../src/page/store/run-data.ts';
import { tabsOf } from '../../src/page/tabs/run-tabs.ts';
import { allSamples, generatedRun } from '../generated-runs.ts';

const at = { type: 'sample', epoch: 0, step: 5, time: 0 } as const;
const seriesOf = (chart: { series: readonly { type: string; name: string }[] } | undefined) =>
  chart?.series.map(({ type, name }) => `${type} ${name}`);

test('a run has the tabs that its samples and its document are for', () => {
  const data = new RunData('a');
  expect([...tabsOf(data)]).toEqual(['log']);
  data.apply(
    generatedRun({ id: 'a', seed: 1, steps: 1, stepsPerEpoch: 1, lr: 1, samples: allSamples(1) }).progress,
  );
  expect([...tabsOf(data)].sort()).toEqual(
    'boundary configuration confusion gradients histograms images log model predictions'.split(' '),
  );
});

test('a grid of two inputs has a boundary, with the samples of its inputs', () => {
  const grid = samplesOf(allSamples(1), 'predictions').find(({ name }) => name === 'boundary')!;
  expect(seriesOf(boundaryChart(grid, [], englishTexts))).toEqual(['field y', 'line y = 0.5']);
  const series = seriesOf(boundaryChart(grid, allSamples(1), englishTexts));
  expect(series).toEqual(['field y', 'line y = 0.5', 'scatter 0', 'scatter 1']);
  expect(boundaryChart({ ...grid, input: { x1: grid.input.x1! } }, [], englishTexts)).toBeUndefined();
});

test('a finer grid goes through the nodes, and half-way between them', () => {
  const finer = upsampleGrid({ x: [0, 1], y: [0, 10], scores: [0, 1, 2, Number.NaN] }, 2);
  expect(finer).toEqual({
    x: [0, 0.5, 1],
    y: [0, 5, 10],
    scores: [0, 0.5, 1, 1, Number.NaN, Number.NaN, 2, Number.NaN, Number.NaN],
  });
});

test('predictions: over the only input, over the target, or a bar a class', () => {
  const one = {
    ...at,
    kind: 'predictions',
    input: { x: [1, 2] },
    target: { y: [3, 4] },
    prediction: { y: [3, 5] },
  } as const;
  const plain = JSON.parse(JSON.stringify(one));
  expect(seriesOf(predictionChart(plain, englishTexts))).toEqual(['scatter target', 'scatter prediction']);
  const two = { ...plain, input: { a: [1, 2], b: [1, 2] } };
  expect(seriesOf(predictionChart(two, englishTexts))).toEqual(['scatter prediction']);
  expect(predictionChart({ ...two, target: {} }, englishTexts)).toBeUndefined();
  const classes = { ...plain, target: { label: [1, 0] }, prediction: { no: [0.2, 0.9], yes: [0.8, 0.1] } };
  expect(predictionChart(classes, englishTexts)).toBeUndefined();
  expect(scoreChart(classes, 0, englishTexts)!.title!.subtext).toContain('prediction yes (0.8): right');
  expect(scoreChart(plain, 0, englishTexts)).toBeUndefined();
});

test('images: grey and colour, the wrong ones first, torn pixels left out', () => {
  const grey = { ...at, kind: 'images', width: 2, height: 1, pixels: btoa('\0\xff\x01\x02\x03') } as const;
  const [first, second, ...others] = sampleImages({ ...grey, labels: [1, 2], predictions: [1, 3] });
  expect(others).toEqual([]);
  expect(first).toMatchObject({ index: 1, label: 2, prediction: 3, isWrong: true });
  expect([...first!.rgba]).toEqual([1, 1, 1, 255, 2, 2, 2, 255]);
  expect(second).toMatchObject({ index: 0, isWrong: false });
  const [color] = sampleImages({ ...grey, width: 1, channels: 3 });
  expect(color).toMatchObject({ isWrong: undefined });
  expect([...color!.rgba]).toEqual([0, 255, 1, 255]);
  expect(sampleImages({ ...grey, width: 0 })).toEqual([]);
});

test('histograms: by themselves, and over time, also of different bins', () => {
  const sample = (step: number, edges: number[], counts: number[]) =>
    ({ ...at, step, kind: 'histogram', name: 'w', edges, counts }) as const;
  const first = sample(0, [0, 1, 2], [2, 2]);
  expect(seriesOf(histogramChart([first], englishTexts))).toEqual(['line values']);
  expect(seriesOf(histogramChart([first, sample(1, [0, 1, 2], [4, 0])], englishTexts))).toEqual([
    'field % of values',
  ]);
  expect(seriesOf(histogramChart([first, sample(1, [0, 6], [6])], englishTexts))).toEqual([
    'field % of values',
  ]);
});

test('gradients of parameters that come and go have gaps', () => {
  const sample = (step: number, parameters: string[], norms: number[]) =>
    ({ ...at, step, kind: 'gradientNorms', parameters, norms }) as const;
  expect(gradientColumns([sample(0, ['a'], [1]), sample(5, ['b', 'a'], [2, 3])])).toEqual({
    step: [0, 5],
    norms: { a: [1, 3], b: [Number.NaN, 2] },
  });
});

test('layers of any document, and none of what is no model', () => {
  const layers = (model: unknown) => modelLayers(JSON.stringify({ model }));
  expect(layers([{ type: 'linear', out: 3, init: { type: 'zeros' } }, 'relu', 5])).toEqual([
    { type: 'linear', options: [['out', 3]] },
    { type: 'relu', options: [] },
  ]);
  for (const text of [undefined, '{', '[]', '{"model":3}', 'null']) expect(modelLayers(text)).toEqual([]);
});

test('shapes and parameters follow from the layers and the number of all parameters', () => {
  const columns = (model: unknown, total: number | undefined) =>
    modelColumns(modelLayers(JSON.stringify({ model })), total, 'input');
  const model = [
    'flatten',
    'batchNorm',
    { type: 'linear', out: 3, bias: true },
    { type: 'relu', straightThrough: false },
    { type: 'dropout', p: 0.2 },
    'layerNorm',
    { type: 'linear', out: 2, bias: false },
  ];
  // 2 · 5 + (5 · 3 + 3) + 2 · 3 + 3 · 2
  const whole = columns(model, 40);
  expect(whole.layers).toEqual(
    'input flatten batchNorm linear relu dropout(p=0.2) layerNorm linear(bias=false)'.split(' '),
  );
  expect(whole.shapes!.map((shape) => shape.join())).toEqual('N,5 N,5 N,5 N,3 N,3 N,3 N,3 N,2'.split(' '));
  expect(whole.parameters).toEqual([0, 0, 10, 18, 0, 0, 6, 6]);
  for (const total of [undefined, 41, 16, 0]) expect(columns(model, total)).toEqual({ layers: whole.layers });
  const named = [{ type: 'linear', in: 4, out: 2 }];
  expect(columns(named, 10).parameters).toEqual([0, 10]);
  expect(columns(named, 12)).toEqual({ layers: ['input', 'linear'] });
  expect(columns(['relu', 'conv2d'], 0)).toEqual({ layers: ['input', 'relu', 'conv2d'] });
  const further = [
    { type: 'flatten', startDim: 1, endDim: -1 },
    { type: 'linear', out: 4 },
    { type: 'groupNorm', numGroups: 2, affine: true },
    'mish',
    { type: 'layerNorm', elementwiseAffine: false },
  ];
  // (3 · 4 + 4) + 2 · 4
  expect(columns(further, 24)).toMatchObject({
    layers: [
      'input',
      'flatten',
      'linear',
      'groupNorm(numGroups=2)',
      'mish',
      'layerNorm(elementwiseAffine=false)',
    ],
    parameters: [0, 0, 16, 8, 0, 0],
  });
  expect(columns([], 0)).toEqual({ layers: ['input'] });
});

test('samples are grouped by what they were logged as', () => {
  const samples = samplesOf(allSamples(1), 'predictions');
  expect([...byName<'predictions'>(samples).keys()]).toEqual(['heights', 'boundary', 'train']);
});
