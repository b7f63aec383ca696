import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { manualSeed, nn, noGrad, rand, randn } from '@kindling/core';
import {
  buildModel,
  type ExperimentInput,
  experimentKeys,
  parseExperiment,
  TrainedModel,
} from '@kindling/train';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { encodeOnnx } from '../../src/onnx/encode-onnx.ts';
import { GraphBuilder } from '../../src/onnx/graph-builder.ts';
import { LayerPlace } from '../../src/onnx/layer-place.ts';
import { addLayer } from '../../src/onnx/layers.ts';

type LayerInput = ExperimentInput['model'][number];

const inputs = 5;

/** A model that was not trained, whose normalizations have seen something, and what predicts with it. */
function modelOf(
  layers: readonly LayerInput[],
  changes: Partial<ExperimentInput> = {},
  outputs = inputs,
  inputShape: readonly number[] = [inputs],
): TrainedModel {
  const experiment = parseExperiment({
    name: 'layers',
    data: { source: 'csv', path: 'a.csv', scale: { input: 1 } },
    model: layers,
    loss: 'mse',
    optimizer: 'adam',
    epochs: 1,
    ...changes,
  });
  manualSeed(7);
  const { model } = buildModel(experiment, inputShape);
  noGrad(() => {
    for (const module of model.modules()) {
      if (
        module instanceof nn.BatchNorm1d ||
        module instanceof nn.BatchNorm2d ||
        module instanceof nn.InstanceNorm2d ||
        module instanceof nn.LayerNorm ||
        module instanceof nn.GroupNorm
      ) {
        module.weight?.copy_(rand(module.weight.shape).add(0.5));
        module.bias?.copy_(randn(module.bias.shape));
      }
      if (module instanceof nn.BatchNorm1d || module instanceof nn.BatchNorm2d) {
        module.runningMean?.copy_(randn(module.runningMean.shape));
        module.runningVar?.copy_(rand(module.runningVar.shape).add(0.5));
      }
    }
  });
  const names = Array.from({ length: inputs }, (_, i) => `x${i}`);
  return new TrainedModel({
    experiment,
    signature: {
      inputShape: [...inputShape],
      inputNames: names,
      outputNames: Array.from({ length: outputs }, (_, i) => `y${i}`),
      isLabelled: false,
    },
    checkpoint: 'last',
    epoch: 1,
    step: 1,
    model,
    device: 'cpu',
  });
}

const rows = [
  [0, 0, 0, 0, 0],
  [1, -1, 0.5, -0.5, 2],
  [-3, 7, -0.01, 25, -25],
  [100, -100, 30, 1e-3, -1e-3],
];

async function byRuntime(model: TrainedModel, samples: readonly number[][] = rows): Promise<number[][]> {
  const session = await InferenceSession.create(encodeOnnx(model, 'run', '1.0.0'));
  expect([session.inputNames, session.outputNames]).toEqual([['input'], ['output']]);
  const isDouble = model.experiment.dtype === 'float64';
  const flat = samples.flat();
  const input = isDouble
    ? new Tensor('float64', Float64Array.from(flat), [samples.length, inputs])
    : new Tensor('float32', Float32Array.from(flat), [samples.length, inputs]);
  const { output } = await session.run({ input });
  const [count, width] = output!.dims as [number, number];
  const values = Array.from(output!.data as Float32Array | Float64Array);
  return Array.from({ length: count }, (_, i) => values.slice(i * width, (i + 1) * width));
}

function expectClose(got: readonly number[][], expected: readonly number[][], tolerance: number): void {
  expect(got.map((row) => row.length)).toEqual(expected.map((row) => row.length));
  got.flat().forEach((value, i) => {
    const own = expected.flat()[i]!;
    expect(Math.abs(value - own), `element ${i}: ${value} and ${own}`).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(own)),
    );
  });
}

/** At least one of each layer that experiments know, with options that are not the defaults. */
const layers: readonly LayerInput[] = [
  { type: 'linear', out: 3 },
  { type: 'linear', out: 4, bias: false },
  'relu',
  { type: 'relu', straightThrough: true },
  'leakyRelu',
  { type: 'leakyRelu', negativeSlope: -0.3 },
  'sigmoid',
  'tanh',
  'gelu',
  { type: 'gelu', approximate: 'tanh' },
  'silu',
  'elu',
  { type: 'elu', alpha: 1.7 },
  'softplus',
  { type: 'softplus', beta: 2.5, threshold: 3 },
  'softmax',
  { type: 'softmax', dim: 0 },
  'logSoftmax',
  'layerNorm',
  { type: 'layerNorm', eps: 0.1 },
  'batchNorm',
  { type: 'batchNorm', eps: 0.1 },
  'dropout',
  'flatten',
  'identity',
  'relu6',
  'logSigmoid',
  'hardsigmoid',
  { type: 'hardtanh', minVal: -0.25, maxVal: 3 },
  'softsign',
  'hardswish',
  'mish',
  { type: 'celu', alpha: 1.7 },
  'selu',
  'tanhshrink',
  { type: 'hardshrink', lambd: 0.4 },
  { type: 'softshrink', lambd: 0.4 },
  { type: 'threshold', threshold: 0.1, value: -2 },
  'softmin',
  'prelu',
  { type: 'prelu', numParameters: 'channels', init: -0.2 },
  { type: 'groupNorm', numGroups: 5 },
  { type: 'groupNorm', numGroups: 1, eps: 0.1, affine: false },
  { type: 'layerNorm', elementwiseAffine: false },
  { type: 'batchNorm', affine: false },
];

/** Layers whose inputs or outputs differ from those of the others. */
const others: readonly LayerInput[] = ['glu', { type: 'embedding', numEmbeddings: 3, embeddingDim: 2 }];

/** Layers of signals and images, with the shape of a sample. */
const ofImages: readonly (readonly [shape: readonly number[], ...layers: LayerInput[]])[] = [
  [[3, 7], { type: 'conv1d', out: 4, kernelSize: 3 }],
  [
    [4, 9],
    { type: 'conv1d', out: 6, kernelSize: 3, stride: 2, padding: 2, dilation: 2, groups: 2, bias: false },
  ],
  [[3, 8, 7], { type: 'conv2d', out: 4, kernelSize: 3, padding: 1 }],
  [[2, 8, 7], { type: 'conv2d', out: 4, kernelSize: [3, 2], stride: [2, 1], padding: [1, 0], groups: 2 }],
  [[2, 8, 7], { type: 'conv2d', out: 3, kernelSize: [4, 3], padding: 'same', dilation: [1, 2] }],
  [[2, 8, 7], { type: 'conv2d', out: 3, kernelSize: 3, padding: 'valid' }],
  [[2, 8, 7], { type: 'conv2d', out: 3, kernelSize: 3, padding: 2, paddingMode: 'reflect' }],
  [[2, 8, 7], { type: 'conv2d', out: 3, kernelSize: 3, padding: 'same', paddingMode: 'replicate' }],
  [[2, 8, 7], { type: 'conv2d', out: 3, kernelSize: 3, padding: [1, 2], paddingMode: 'circular' }],
  [[3, 5], { type: 'convTranspose1d', out: 2, kernelSize: 4, stride: 2, padding: 1 }],
  [
    [4, 5, 4],
    { type: 'convTranspose2d', out: 6, kernelSize: 3, stride: 2, padding: 1, outputPadding: 1, groups: 2 },
  ],
  [[4, 5, 4], { type: 'convTranspose2d', out: 3, kernelSize: [2, 3], dilation: [2, 1], bias: false }],
  [[2, 9], { type: 'maxPool1d', kernelSize: 2 }],
  [[2, 9, 8], { type: 'maxPool2d', kernelSize: 3, stride: 2, padding: 1 }],
  [[2, 9, 8], { type: 'maxPool2d', kernelSize: [2, 3], stride: 2, ceilMode: true, dilation: [2, 1] }],
  [[2, 9], { type: 'avgPool1d', kernelSize: 3, stride: 2, padding: 1 }],
  [[2, 9, 8], { type: 'avgPool2d', kernelSize: 2 }],
  [[2, 9, 8], { type: 'avgPool2d', kernelSize: 3, padding: 1, countIncludePad: false }],
  [[2, 9], { type: 'adaptiveMaxPool1d', outputSize: 3 }],
  [[2, 9, 8], { type: 'adaptiveMaxPool2d', outputSize: [3, null] }],
  [[2, 9], { type: 'adaptiveAvgPool1d', outputSize: 4 }],
  [[2, 9, 8], { type: 'adaptiveAvgPool2d', outputSize: 1 }],
  [[2, 9, 8], { type: 'adaptiveAvgPool2d', outputSize: [4, 3] }],
  [[2, 6], { type: 'pad1d', padding: [1, 2], mode: 'circular' }],
  [[2, 6], { type: 'pad1d', padding: 2, mode: 'reflect' }],
  [[2, 5, 4], { type: 'pad2d', padding: [1, 0, 2, 3], value: -1.5 }],
  [[2, 5, 4], { type: 'pad2d', padding: [1, 0, 2, 3], mode: 'replicate' }],
  [[2, 5, 4], { type: 'pad2d', padding: [1, 3, 2, 0], mode: 'circular' }],
  [[2, 5, 4], { type: 'pad2d', padding: [-1, 1, 0, -2] }],
  [[2, 5], { type: 'upsample', scaleFactor: 2.5 }],
  [[2, 5], { type: 'upsample', scaleFactor: 2, mode: 'linear' }],
  [[2, 5, 4], { type: 'upsample', scaleFactor: 2, mode: 'bilinear' }],
  [[2, 5, 4], { type: 'upsample', scaleFactor: 3, mode: 'bilinear', alignCorners: true }],
  [[8, 3, 2], { type: 'pixelShuffle', factor: 2 }],
  [[2, 6, 4], { type: 'pixelUnshuffle', factor: 2 }],
  [[3, 5, 4], { type: 'instanceNorm', affine: true }],
  [[3, 5], 'instanceNorm'],
  [[3, 5, 4], 'batchNorm'],
  [[4, 5, 4], { type: 'groupNorm', numGroups: 2 }],
  [[3, 5, 4], { type: 'channelDropout', p: 0.5 }],
  [[3, 4, 2], { type: 'reshape', shape: [6, 4] }],
  [
    [3, 6, 6],
    {
      type: 'residual',
      layers: [{ type: 'conv2d', out: 4, kernelSize: 3, stride: 2, padding: 1 }, 'batchNorm', 'relu'],
      skip: [{ type: 'conv2d', out: 4, kernelSize: 1, stride: 2 }],
    },
    'relu',
  ],
];

/** Layers of sequences, with the shape of a sample. */
const ofSequences: typeof ofImages = [
  [[4, 3], { type: 'rnn', hiddenSize: 5 }],
  [[4, 3], { type: 'rnn', hiddenSize: 5, nonlinearity: 'relu', bias: false, bidirectional: true }],
  [[4, 3], { type: 'lstm', hiddenSize: 5 }],
  [[4, 3], { type: 'lstm', hiddenSize: 2, numLayers: 2, bidirectional: true }, 'lastStep'],
  [[4, 3], { type: 'gru', hiddenSize: 5 }],
  [[4, 3], { type: 'gru', hiddenSize: 2, numLayers: 2, bidirectional: true }, { type: 'linear', out: 2 }],
  [[4, 6], 'positionEmbedding'],
  [[4, 6], 'positionalEncoding'],
  [[4, 6], { type: 'transformerEncoder', numLayers: 2, nhead: 2, dimFeedforward: 7 }],
  [
    [4, 6],
    {
      type: 'transformerEncoder',
      numLayers: 1,
      nhead: 3,
      dimFeedforward: 7,
      activation: 'gelu',
      normFirst: true,
      isCausal: true,
    },
  ],
];

const typeOf = (layer: LayerInput): string => (typeof layer === 'string' ? layer : layer.type);

const shaped = [...ofImages, ...ofSequences];

test('every layer that experiments know is tried', () => {
  const known = experimentKeys().find(({ path }) => path === 'model.N.type');
  expect(
    `one of ${[...new Set([...layers, ...others, ...shaped.flatMap(([, ...own]) => own)].map(typeOf))].sort().join(', ')}`,
  ).toBe(`one of ${known!.type.replace('one of ', '').split(', ').sort().join(', ')}`);
});

describe('ONNX Runtime gives what the model gives', () => {
  test.each(layers.map((layer) => [JSON.stringify(layer), layer] as const))('%s', async (_, layer) => {
    const model = modelOf([layer]);
    expectClose(await byRuntime(model), model.predict(rows).outputs, 2e-6);
  });

  test.each(shaped.map(([shape, ...own]) => [JSON.stringify(own), shape, own] as const))(
    '%s',
    async (_, shape, own) => {
      const model = modelOf(own, {}, 1, shape);
      const size = shape.reduce((product, each) => product * each, 1);
      const values = randn([3, ...shape]);
      const session = await InferenceSession.create(encodeOnnx(model, 'run', '1.0.0'));
      const input = new Tensor('float32', Float32Array.from(values.data()), [3, ...shape]);
      const { output } = await session.run({ input });
      model.model.eval();
      const expected = noGrad(() => model.model.forward(values));
      expect(output!.dims).toEqual(expected.shape);
      expect(size).toBeGreaterThan(0);
      expectClose([[...(output!.data as Float32Array)]], [[...expected.data()]], 5e-6);
    },
  );

  // ONNX Runtime has no error function for float64; ONNX's own evaluator, below, has.
  const inFloat64 = layers.filter((layer) => layer !== 'gelu');
  test.each(inFloat64.map((layer) => [JSON.stringify(layer), layer] as const))(
    '%s in float64',
    async (_, layer) => {
      const model = modelOf([layer], { dtype: 'float64' });
      // Attributes of ONNX are float32: so is the epsilon of a normalization.
      const isNormalization = /Norm$/.test(typeOf(layer));
      expectClose(await byRuntime(model), model.predict(rows).outputs, isNormalization ? 1e-8 : 1e-12);
    },
  );

  test('for half of an axis, in both types', async () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const model = modelOf([{ type: 'linear', out: 6 }, 'glu'], { dtype }, 3);
      expectClose(await byRuntime(model), model.predict(rows).outputs, dtype === 'float32' ? 5e-6 : 1e-11);
    }
  });

  test('for vectors of indices, and layers over their channels', async () => {
    const model = modelOf(
      [
        { type: 'embedding', numEmbeddings: 9, embeddingDim: 4 },
        { type: 'prelu', numParameters: 'channels', init: 0.5 },
        { type: 'groupNorm', numGroups: 5 },
        { type: 'glu', dim: 2 },
        { type: 'flatten', startDim: 1, endDim: 2 },
        { type: 'linear', out: 2 },
      ],
      {},
      2,
    );
    const indices = [
      [0, 1, 2, 3, 8],
      [8, 8, 7, 0, 0],
    ];
    expectClose(await byRuntime(model, indices), model.predict(indices).outputs, 5e-6);
  });

  test.each(['poissonNll', 'gaussianNll'] as const)('in the units of the data with %s', async (loss) => {
    const data = { source: 'csv', path: 'a.csv', scale: { input: 0.1, target: 0.5 } } as const;
    const model = modelOf([{ type: 'linear', out: 2 }], { data, loss }, loss === 'gaussianNll' ? 1 : 2);
    expectClose(await byRuntime(model), model.predict(rows).outputs, 5e-6);
  });

  test('for a whole model, with the scales of inputs and targets inside', async () => {
    const data = { source: 'csv', path: 'a.csv', scale: { input: 0.1, target: 0.01 } } as const;
    const model = modelOf(
      ['batchNorm', { type: 'linear', out: 8 }, 'gelu', 'layerNorm', 'dropout', { type: 'linear', out: 2 }],
      { data },
      2,
    );
    expectClose(await byRuntime(model), model.predict(rows).outputs, 5e-6);
  });
});

test('a layer that ONNX has not is an error that names it', () => {
  const graph = new GraphBuilder('float32');
  expect(() => addLayer(new LayerPlace(graph, '4', [2]), new nn.Sequential(), 'input')).toThrow(
    'export: expected layers that ONNX supports, got layer 4: Sequential()',
  );
});

const python = fileURLToPath(new URL('../../../../.python-tools/readers/bin/python', import.meta.url));

test("ONNX's own checker accepts a file with every layer, and infers its shapes", ({ skip }) => {
  if (!existsSync(python)) skip('npm run python-tools -- readers has not been run');
  const folder = mkdtempSync(join(tmpdir(), 'kindling-onnx-'));
  const path = join(folder, 'model.onnx');
  const same = layers.filter((layer) => typeOf(layer) !== 'linear');
  const model = modelOf([...same, { type: 'linear', out: 2 }], {}, 2);
  writeFileSync(path, encodeOnnx(model, 'run', '1.0.0'));
  const check = `
import onnx, sys
model = onnx.load(sys.argv[1])
onnx.checker.check_model(model, full_check=True)
graph = model.graph
print(model.producer_name, model.opset_import[0].version, len(graph.input), graph.output[0].type.tensor_type.shape.dim[1].dim_value)
print({entry.key: entry.value for entry in model.metadata_props}['run'])
`;
  const { stdout, stderr } = spawnSync(python, ['-c', check, path], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  expect(stdout, stderr).toBe('kindling 17 1 2\nrun\n');
});

test("ONNX's own evaluator gives what the model gives, for the exact GELU in float64", ({ skip }) => {
  if (!existsSync(python)) skip('npm run python-tools -- readers has not been run');
  const folder = mkdtempSync(join(tmpdir(), 'kindling-onnx-'));
  const path = join(folder, 'model.onnx');
  const model = modelOf(['gelu'], { dtype: 'float64' });
  writeFileSync(path, encodeOnnx(model, 'run', '1.0.0'));
  const run = `
import json, numpy, sys
from onnx.reference import ReferenceEvaluator
rows = numpy.array(json.loads(sys.argv[2]), dtype=numpy.float64)
print(json.dumps(ReferenceEvaluator(sys.argv[1]).run(None, {'input': rows})[0].tolist()))
`;
  const { stdout, stderr } = spawnSync(python, ['-c', run, path, JSON.stringify(rows)], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  expect(stderr).toBe('');
  // Its error function rounds to float32.
  expectClose(JSON.parse(stdout), model.predict(rows).outputs, 1e-7);
});
