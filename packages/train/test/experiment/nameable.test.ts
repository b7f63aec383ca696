import { readFileSync } from 'node:fs';
import { init, nn, type Tensor, zeros } from '@kindling/core';
import * as data from '@kindling/data';
import { describe, expect, test } from 'vitest';
import { augmentationDescriptors } from '../../src/augmentation/augmentation-descriptors.ts';
import { averagingDescriptors } from '../../src/averaging/averaging-descriptors.ts';
import { dataSchema } from '../../src/experiment/data-schema.ts';
import * as train from '../../src/index.ts';
import { initDescriptors } from '../../src/layers/init-descriptors.ts';
import { layerDescriptors } from '../../src/layers/layer-descriptors.ts';
import { buildLayer } from '../../src/layers/layers.ts';
import { lossDescriptors } from '../../src/losses/loss-descriptors.ts';
import { samplerDescriptors } from '../../src/samplers/sampler-descriptors.ts';
import { buildSampler } from '../../src/samplers/samplers.ts';
import { scheduleDescriptors } from '../../src/schedules/schedule-descriptors.ts';
import { trainerOptionNames } from '../../src/trainer/trainer-options.ts';
import { distributionDescriptors } from '../../src/training-steps/distribution-descriptors.ts';
import { trainingStepDescriptors } from '../../src/training-steps/training-step-descriptors.ts';
import { requiredOptions, shapeFor } from './set-up.ts';

/* What the packages have and experiments cannot name, with the reason. `docs/experiments.md` tells the same. */

type Class = abstract new (...args: never) => object;

const isClass = (value: unknown): value is Class =>
  typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));

/** The exported classes that have these members. */
const classesWith = (door: object, ...members: (string | symbol)[]): Class[] =>
  Object.values(door).filter(
    (value): value is Class => isClass(value) && members.every((member) => member in value.prototype),
  );

/** Names of classes or functions that are neither named nor excepted, and exceptions that no longer are any. */
function gaps(
  all: readonly { readonly name: string }[],
  named: readonly { readonly name: string }[],
  exceptions: Readonly<Record<string, string>>,
): { missing: string[]; needless: string[] } {
  const known = new Set(named.map(({ name }) => name));
  const missing = all.map(({ name }) => name).filter((name) => !known.has(name) && !(name in exceptions));
  const needless = Object.keys(exceptions).filter(
    (name) => known.has(name) || all.every((one) => one.name !== name),
  );
  return { missing, needless };
}

const none = { missing: [], needless: [] };

/** Sources whose samples are pieces of sequences. */
const sequences = ['text', 'series', 'sine', 'reversal'];

describe('everything that the packages have can be named in an experiment, or there is a reason', () => {
  test('layers', () => {
    const modules = Object.values(nn).filter(
      (value): value is typeof nn.Module => isClass(value) && value.prototype instanceof nn.Module,
    );
    const layers = modules.filter(({ name }) => !name.endsWith('Loss'));
    const named = layerDescriptors.map(({ type }) => {
      const options = requiredOptions[type as keyof typeof requiredOptions] ?? {};
      const { model } = train.parseExperiment({
        name: 'one',
        data: { source: 'csv', path: 'a.csv' },
        model: [{ type, ...options } as never],
        loss: 'mse',
        optimizer: 'adam',
        epochs: 1,
      });
      return buildLayer(model[0]!, shapeFor(type)).constructor;
    });
    const exceptions = {
      Sequential: 'the list of layers is one',
      ModuleList: 'has no forward',
      ModuleDict: 'has no forward',
      ParameterList: 'has no forward',
      ParameterDict: 'has no forward',
      Bilinear: 'takes two inputs',
      RNN: 'rnn, whose states are left out',
      LSTM: 'lstm, likewise',
      GRU: 'gru, likewise',
      RNNCell: 'is one step of a loop',
      LSTMCell: 'is one step of a loop',
      GRUCell: 'is one step of a loop',
      Unfold: 'no layer takes columns of windows',
      Fold: 'no data has columns of windows',
      RReLU: 'draws by what it reads on the host',
      Softmax2d: 'softmax, with dim 1',
      BatchNorm2d: 'batchNorm, of images',
      InstanceNorm1d: 'instanceNorm, of signals',
      Dropout1d: 'channelDropout, of signals',
      ConstantPad2d: 'pad2d',
      ZeroPad1d: 'pad1d',
      ZeroPad2d: 'pad2d',
      ReflectionPad1d: 'pad1d, with mode reflect',
      ReplicationPad1d: 'pad1d, with mode replicate',
      ReplicationPad2d: 'pad2d, with mode replicate',
      CircularPad1d: 'pad1d, with mode circular',
      CircularPad2d: 'pad2d, with mode circular',
      UpsamplingNearest2d: 'upsample',
      UpsamplingBilinear2d: 'upsample, with mode bilinear',
      MultiheadAttention: 'takes three inputs',
      Transformer: 'takes two inputs',
      TransformerDecoder: 'takes two inputs',
      TransformerDecoderLayer: 'takes two inputs',
      TransformerEncoderLayer: 'transformerEncoder, with one layer',
    };
    expect(gaps(layers, named, exceptions)).toEqual(none);
  });

  test('losses', () => {
    const functions = Object.values(nn.functional).filter(({ name }) =>
      /Loss$|^(cross|binaryCross|kl)/.test(name),
    );
    const pair =
      'compares the outputs of several samples; a loss of an experiment gets an output and a target';
    const margins = 'between classes; crossEntropy and bceWithLogits train the same outputs';
    const exceptions = {
      softMarginLoss: margins,
      multiMarginLoss: margins,
      multilabelMarginLoss: margins,
      multilabelSoftMarginLoss: margins,
      tripletMarginWithDistanceLoss: pair,
      marginRankingLoss: pair,
      cosineEmbeddingLoss: pair,
      tripletMarginLoss: pair,
      gaussianNllLoss: 'gaussianNll, which takes means and variances from one output',
    };
    expect(gaps(functions, Object.values(train.losses), exceptions)).toEqual(none);
  });

  test('optimizers', () => {
    const classes = classesWith(train, 'zeroGrad', 'paramGroups').concat(
      classesWith(train, 'zeroGrad', 'step'),
    );
    expect(gaps(classes, Object.values(train.optimizers), { Optimizer: 'the base class' })).toEqual(none);
  });

  test('schedules', () => {
    const classes = classesWith(train, 'lastLr', 'step');
    const exceptions = {
      CountedSchedule: 'the base class',
      LambdaLR: 'takes a function, which no document can hold',
    };
    expect(gaps(classes, Object.values(train.schedules), exceptions)).toEqual(none);
    expect(Object.keys(train.schedules).sort()).toEqual(scheduleDescriptors.map(({ type }) => type).sort());
  });

  test('metrics', () => {
    const classes = classesWith(train, 'update', 'compute', 'reset');
    const exceptions = { Mean: 'of the losses, which every run measures' };
    expect(gaps(classes, Object.values(train.metrics), exceptions)).toEqual(none);
  });

  test('first values', () => {
    const names = Object.keys(init).map((name) => ({ name }));
    const exceptions = { calculateGain: 'a factor, not values' };
    expect(
      gaps(
        names,
        initDescriptors.map(({ type: name }) => ({ name })),
        exceptions,
      ),
    ).toEqual(none);
  });

  test('samplers', () => {
    const classes = Object.values(data).filter(
      (value): value is never => isClass(value) && /Sampler$/.test(value.name),
    );
    const samples = { length: 4, classes: undefined };
    const named = [
      buildSampler({ type: 'random', replacement: true }, samples),
      buildSampler({ type: 'subset', indices: [1] }, samples),
      buildSampler({ type: 'weighted', by: 'sample', weights: [1, 1, 1, 1], replacement: true }, samples),
    ].map((sampler) => sampler.constructor);
    const exceptions = {
      SequentialSampler: 'without data.shuffle',
      BatchSampler: 'data.batchSize and data.dropLast',
    };
    expect(gaps(classes, named, exceptions)).toEqual(none);
  });

  test('data', () => {
    const known = dataSchema().options.flatMap(({ _zod }) => [...(_zod.propValues.source ?? [])]);
    expect(known.toSorted()).toEqual([...Object.keys(data.sources), 'csv', ...sequences].sort());
    const datasets = classesWith(data, 'get');
    const exceptions = {
      ConcatDataset: 'data is one source',
      Subset: 'data.limit, data.validation and the sampler subset',
      TensorDataset: 'what every source becomes',
      TransformedDataset: 'takes a function, which no document can hold',
      ImageSet: 'what sources of images give',
      Table: 'what sources of rows give',
      ImageFolder: 'no source is a folder yet',
      TextWindows: 'data.source text',
      SeriesWindows: 'data.source series, sine',
      ReversedSequences: 'data.source reversal',
    };
    expect(gaps(datasets, [], exceptions)).toEqual(none);
  });

  test('options of a Trainer', () => {
    const keys = new Set(Object.keys(train.experimentSchema.shape));
    const exceptions = {
      otherOptimizers: 'of a trainingStep',
      dataParallel: 'of a training in several processes',
      scheduleOn: 'schedule.per',
      compile: 'changes no result',
    };
    const missing = Object.keys(trainerOptionNames).filter(
      (name) => !keys.has(name) && !(name in exceptions),
    );
    expect(missing).toEqual([]);
  });
});

test('the page about experiments lists what there is', () => {
  const page = readFileSync(new URL('../../../../docs/experiments.md', import.meta.url), 'utf8');
  const listed = (key: string): string[] => {
    const [, names = ''] = page.split(`\n| \`${key}\` | `);
    return [...names.split(' |')[0]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!).sort();
  };
  const types = (descriptors: readonly { readonly type: string }[]): string[] =>
    descriptors.map(({ type }) => type).sort();
  expect(listed('data.source')).toEqual([...Object.keys(data.sources), 'csv', ...sequences].sort());
  expect(listed('data.augmentation')).toEqual(types(augmentationDescriptors));
  expect(listed('data.sampler')).toEqual(types(samplerDescriptors));
  expect(listed('model')).toEqual(types(layerDescriptors));
  expect(listed('model.N.init')).toEqual(types(initDescriptors));
  expect(listed('loss')).toEqual(types(lossDescriptors));
  expect(listed('optimizer')).toEqual(Object.keys(train.optimizers).sort());
  expect(listed('schedule')).toEqual(types(scheduleDescriptors));
  expect(listed('trainingStep')).toEqual(types(trainingStepDescriptors));
  expect(listed('trainingStep.noise.distribution')).toEqual(types(distributionDescriptors));
  expect(listed('weightAveraging')).toEqual(types(averagingDescriptors));
  expect(listed('metrics')).toEqual(Object.keys(train.metrics).sort());
});

/** The options that a function or a class says it knows, when it gets another. */
function knownOptions(take: (options: never) => unknown): string[] {
  try {
    take({ nonsense: 1 } as never);
  } catch (error) {
    const [, list] = /expected options among (.*), got "nonsense"/.exec(String(error)) ?? [];
    if (list !== undefined) return list.split(', ');
  }
  throw new Error('it takes any option');
}

const optionNames = (descriptor: { readonly options: () => object }): string[] =>
  Object.keys(descriptor.options());

describe('every option can be set in an experiment, or there is a reason', () => {
  test.each(lossDescriptors)('of the loss $type', (descriptor) => {
    const loss: (output: Tensor, target: Tensor, options: never) => Tensor = train.losses[descriptor.type];
    const target = descriptor.type === 'gaussianNll' ? zeros([1, 1]) : zeros([1, 2]);
    const known = knownOptions((options) => loss(zeros([1, 2]), target, options));
    expect(optionNames(descriptor).sort()).toEqual(known.sort());
  });

  test.each(augmentationDescriptors)('of the augmentation $type', (descriptor) => {
    const known = {
      randomCrop: knownOptions((options) => data.randomCrop(1, options)),
      randomHorizontalFlip: knownOptions(data.randomHorizontalFlip),
      randomVerticalFlip: knownOptions(data.randomVerticalFlip),
      randomRotation: ['degrees', ...knownOptions((options) => data.randomRotation(1, options))],
      colorJitter: knownOptions(data.colorJitter),
    };
    // Training draws from its own generator, and a crop has the size of the image.
    const exceptions = ['generator', 'padIfNeeded'];
    const names = known[descriptor.type].filter((name) => !exceptions.includes(name));
    expect(optionNames(descriptor).sort()).toEqual(names.sort());
  });

  test.each(scheduleDescriptors)('of the schedule $type', (descriptor) => {
    const optimizer = new train.SGD([zeros([1], { requiresGrad: true })], { lr: 1 });
    const schedule: new (optimizer: train.SGD, options: never) => object = train.schedules[descriptor.type];
    const known = knownOptions((options) => new schedule(optimizer, options));
    /** Lengths that training has, and which losses are better: smaller ones. */
    const excepted: Readonly<Record<string, readonly string[]>> = {
      oneCycle: ['epochs', 'stepsPerEpoch'],
      plateau: ['mode'],
    };
    const exceptions = excepted[descriptor.type] ?? [];
    const own = optionNames(descriptor).filter((name) => name !== 'per' && name !== 'warmUp');
    expect(own.sort()).toEqual(known.filter((name) => !exceptions.includes(name)).sort());
  });
});
