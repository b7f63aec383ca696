import { type Tensor, zeros } from '@kindling/core';
import { sources } from '@kindling/data';
import { describe, expect, test } from 'vitest';
import { readFixture } from '../../../core/test/golden/fixture.ts';
import { buildModel } from '../../src/experiment/build-model.ts';
import { inputDType } from '../../src/experiment/input-indices.ts';
import { outputShape } from '../../src/experiment/model-shape.ts';
import { optimizerSchema } from '../../src/experiment/optimizer-schema.ts';
import { sampleShape } from '../../src/experiment/sample-shape.ts';
import { type ExperimentInput, losses, optimizers } from '../../src/index.ts';
import { layerDescriptors } from '../../src/layers/layer-descriptors.ts';
import { lossDescriptors } from '../../src/losses/loss-descriptors.ts';
import { optimizerDescriptors } from '../../src/optimizers/optimizer-descriptors.ts';
import { experiment, requiredOptions, shapeFor } from './set-up.ts';

test('every loss that experiments can name has a golden case', () => {
  const { cases } = readFixture<{ cases: readonly { readonly op: string }[] }>(
    new URL('../../../core/test/fixtures/golden/losses.json', import.meta.url),
  );
  const covered = new Set(cases.map(({ op }) => op));
  const functions = Object.values(losses).map(({ name }) => name);
  // The function of an experiment may take its variances as outputs: the case is that of core's.
  expect(functions.filter((name) => !covered.has(name) && !covered.has(`${name}Loss`))).toEqual([]);
});

describe('what descriptors say is what the things are', () => {
  test.each(optimizerDescriptors.map(({ type }) => type))(
    'the defaults of %s are those of its class',
    (type) => {
      const { type: _, ...settings } = optimizerSchema().parse({ type, lr: 0.5 });
      const parameter = zeros([2], { requiresGrad: true });
      const Type: new (
        params: Iterable<Tensor>,
        options: { lr: number },
      ) => InstanceType<(typeof optimizers)[typeof type]> = optimizers[type];
      const { params: __, maximize, ...options } = new Type([parameter], { lr: 0.5 }).paramGroups[0];
      // L-BFGS has no weight decay, and its number of evaluations follows from that of iterations.
      const derived = type === 'lbfgs' ? { weightDecay: 0, maxEval: 25 } : {};
      expect({ ...derived, ...settings }).toEqual(options);
      expect(maximize).toBe(false);
    },
  );

  test('every loss of an experiment is a function of the package', () => {
    expect(Object.keys(losses).sort()).toEqual(lossDescriptors.map(({ type }) => type).sort());
  });

  test.each(layerDescriptors.map(({ type }) => type))(
    'a sample goes through %s in the shape that it says',
    (type) => {
      const layer = { type, ...requiredOptions[type as keyof typeof requiredOptions] };
      const settings = experiment({ model: [layer as ExperimentInput['model'][number]] });
      const shape = shapeFor(type);
      const { model, outputShape } = buildModel(settings, shape);
      const dtype = inputDType(settings);
      expect(model.forward(zeros([2, ...shape], { dtype })).shape).toEqual([2, ...outputShape]);
    },
  );

  test.each(['digits', 'xor'] as const)('samples of %s have the shape that it says', async (name) => {
    const source = sources[name];
    const samples = await source.load();
    expect(samples.length).toBe(source.samples.train);
    const settings = experiment({
      data: { source: name } as never,
      loss: name === 'digits' ? 'crossEntropy' : 'mse',
    });
    const [inputs] = sampleShape(settings)!;
    const outputs = outputShape(settings)![0];
    const [input, target] = samples.tensors().tensors;
    expect(input!.numel / samples.length).toBe(inputs);
    if (source.targets.kind === 'values') expect(target!.shape[1]).toBe(outputs);
    else expect(new Set(target!.data()).size).toBe(outputs);
  });
});
