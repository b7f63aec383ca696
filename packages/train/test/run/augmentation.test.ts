import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { manualSeed } from '@kindling/core';
import { digits, randomCrop, randomHorizontalFlip, randomRotation } from '@kindling/data';
import { describe, expect, test } from 'vitest';
import { buildAugmentation } from '../../src/augmentation/augmentations.ts';
import { loadExperimentData } from '../../src/experiment/experiment-data.ts';
import { parseExperiment, runExperiment } from '../../src/index.ts';
import { runsFolder } from './set-up.ts';

const runs = runsFolder();

const settings = (data: object = {}, epochs = 2) =>
  parseExperiment({
    name: 'augmented',
    device: 'cpu',
    data: {
      source: 'digits',
      train: 60,
      test: 20,
      batchSize: 16,
      shuffle: true,
      augmentation: [
        { type: 'randomCrop', padding: 2 },
        { type: 'randomRotation', degrees: 10 },
      ],
      ...data,
    } as never,
    model: [{ type: 'linear', out: 10 }],
    loss: 'crossEntropy',
    optimizer: { type: 'sgd', lr: 0.1 },
    metrics: ['accuracy'],
    epochs,
  });

const weights = (path: string): string =>
  createHash('sha256')
    .update(readFileSync(join(path, 'checkpoints', 'last.safetensors')))
    .digest('hex');

describe('augmentation of training images', () => {
  test('is drawn in each batch, of the images as they are, before they are scaled', async () => {
    const { drawn, train, validation } = await loadExperimentData(
      settings({ scale: { input: 2 }, shift: -1 }),
    );
    expect([drawn!.length, train.length, validation!.length]).toEqual([60, 60, 20]);
    const images = digits({ count: 60 }).tensors({ flatten: false }).tensors[0];
    manualSeed(4);
    const [inputs, labels] = drawn!.batch!(Int32Array.of(3, 50));
    manualSeed(4);
    const crop = randomCrop(28, { padding: 2 });
    const turn = randomRotation(10);
    for (const [i, index] of [3, 50].entries()) {
      const expected = turn(crop(images.select(0, index)))
        .mul(2)
        .sub(1);
      expect([...inputs.select(0, i).data()]).toEqual([...expected.data()]);
    }
    expect(inputs.shape).toEqual([2, 784]);
    expect(labels.toArray()).toEqual([3, 50].map((i) => train.tensors[1].select(0, i).item()));
    expect([...train.get(3)[0].data()]).toEqual([...images.select(0, 3).mul(2).sub(1).data()]);
    expect(drawn!.get(0)[0]).toMatchObject({ shape: [784] });
  });

  test('leaves validation samples out, also those of a fraction', async () => {
    const { drawn, train, validation } = await loadExperimentData(settings({ validation: 0.25 }));
    expect([drawn!.length, train.length, validation!.length]).toEqual([45, 45, 15]);
    const [, labels] = drawn!.batch!(Int32Array.from({ length: 45 }, (_, i) => i));
    expect([...labels.data()]).toEqual([...train.tensors[1].data()]);
  });

  test('a run that is stopped and resumed ends with the same weights', async () => {
    const whole = await runExperiment(settings(), { runDir: join(runs(), 'whole', 'run') });
    const plain = await runExperiment(settings({ augmentation: undefined }), {
      runDir: join(runs(), 'plain', 'run'),
    });
    await runExperiment(settings({}, 1), { runDir: join(runs(), 'parts', 'run') });
    const parts = await runExperiment(settings(), { runDir: join(runs(), 'parts', 'run'), resume: true });
    expect(weights(parts.folder.path)).toBe(weights(whole.folder.path));
    expect(weights(plain.folder.path)).not.toBe(weights(whole.folder.path));
  });

  test('takes names, options, and one after the other', () => {
    const { data } = settings({ augmentation: ['randomHorizontalFlip', { type: 'colorJitter', hue: 0.1 }] });
    expect('augmentation' in data && data.augmentation).toEqual([
      { type: 'randomHorizontalFlip', p: 0.5 },
      { type: 'colorJitter', hue: 0.1 },
    ]);
    const change = buildAugmentation([{ type: 'randomHorizontalFlip', p: 1 }], [28, 28]);
    const image = digits({ count: 1 }).tensors({ flatten: false }).tensors[0].select(0, 0);
    expect([...change(image).data()]).toEqual([...randomHorizontalFlip({ p: 1 })(image).data()]);
  });

  test.each<[object, string]>([
    [{ augmentation: ['randomHorizontalFlop'] }, 'did you mean "randomHorizontalFlip"?'],
    [{ augmentation: [{ type: 'randomRotation' }] }, 'data.augmentation.0.degrees'],
    [{ augmentation: [] }, 'data.augmentation'],
    [{ source: 'xor', train: undefined, test: undefined }, 'data.augmentation'],
  ])('refused: %j', (data, message) => {
    expect(() => settings(data)).toThrow(message);
  });
});
