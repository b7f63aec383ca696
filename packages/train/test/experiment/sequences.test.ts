import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { buildTraining, type ExperimentInput, parseExperiment } from '../../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'kindling-sequences-'));
afterAll(() => rmSync(folder, { recursive: true }));

const base = {
  name: 'sequences',
  device: 'cpu',
  loss: 'crossEntropy',
  optimizer: 'adam',
  epochs: 1,
} as const;

const text = { source: 'text', text: 'abcabcabcabc', window: 4 } as const;
const rnn = (hiddenSize: number): ExperimentInput['model'] => [{ type: 'rnn', hiddenSize }];

const build = (data: ExperimentInput['data'], model: ExperimentInput['model'], change: object = {}) =>
  buildTraining(parseExperiment({ ...base, data, model, ...change }));

const messageOf = async (work: () => Promise<unknown>): Promise<string> => {
  try {
    await work();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing';
};

describe('a text', () => {
  test('is windows of characters, and the last share of them is held back', async () => {
    const { data } = await build({ ...text, validation: 0.25 }, rnn(3));
    expect(data.inputShape).toEqual([4, 3]);
    expect(data.vocabulary).toEqual(['a', 'b', 'c']);
    expect([data.train.length, data.validation!.length]).toEqual([6, 2]);
    expect(data.train.tensors[1].toArray()).toEqual(
      [...'123456'].map((_, i) => [0, 1, 2, 3].map((j) => (i + j + 1) % 3)),
    );
  });

  test('of a file is read where the experiment says', async () => {
    const path = join(folder, 'poem.txt');
    writeFileSync(path, 'a rose is a rose');
    const { data } = await build({ source: 'text', path, unit: 'tokens', window: 2 }, [
      { type: 'embedding', numEmbeddings: 9, embeddingDim: 2 },
      { type: 'linear', out: 3 },
    ]);
    expect(data.vocabulary).toEqual(['a', 'is', 'rose']);
    expect(data.train.tensors[0].dtype).toBe('int32');
    expect(data.train.tensors[0].toArray()).toEqual([
      [0, 2],
      [2, 1],
      [1, 0],
    ]);
  });

  test('measures accuracy over all places', async () => {
    const { trainer, trainEvaluation } = await build(text, rnn(3), { metrics: ['accuracy'] });
    const { measured } = (await trainer.evaluate(trainEvaluation!))!;
    const places = 4 * 8;
    expect(measured.accuracy! * places).toBeCloseTo(Math.round(measured.accuracy! * places), 4);
  });
});

describe('series', () => {
  test('of a CSV file predict the next rows', async () => {
    const path = join(folder, 'series.csv');
    writeFileSync(path, `open,close\n${Array.from({ length: 9 }, (_, i) => `${i},${10 * i}`).join('\n')}\n`);
    const { data } = await build(
      { source: 'series', path, window: 3, horizon: 2, scale: { target: 0.1 } },
      ['lastStep', { type: 'linear', out: 2 }],
      { loss: 'mse' },
    );
    expect(data.inputShape).toEqual([3, 2]);
    expect(data.outputNames).toEqual(['next1', 'next2']);
    expect(data.train.length).toBe(5);
    expect((data.train.tensors[1].toArray() as number[][])[0]).toEqual([
      expect.closeTo(3, 5),
      expect.closeTo(4, 5),
    ]);
  });
});

test('sequences to be reversed are others in each batch, and the same for the same seed', async () => {
  const losses = async () => {
    const { trainer, batches } = await build(
      { source: 'reversal', train: 12, batchSize: 4 },
      [{ type: 'linear', out: 10 }],
      { seed: 4, epochs: 2 },
    );
    const found: number[] = [];
    await trainer.fit(batches, {
      epochs: 2,
      callbacks: [{ name: 'losses', onTrainBatchEnd: ({ loss }) => void found.push(...loss) }],
    });
    return found;
  };
  const found = await losses();
  expect(new Set(found).size).toBe(6);
  expect(await losses()).toEqual(found);
});

describe('what does not fit', () => {
  test.each<[ExperimentInput['data'], ExperimentInput['model'], object, string]>([
    [
      text,
      rnn(4),
      {},
      'model: expected [4, 3] (one for each of 3 entries of the vocabulary at each place) from the last layer, got [4, 4]',
    ],
    [
      text,
      [{ type: 'embedding', numEmbeddings: 2, embeddingDim: 3 }],
      {},
      'at least 3, the entries of the vocabulary',
    ],
    [{ ...text, window: 12 }, rnn(3), {}, 'expected at least 13 elements for a window of 12'],
    [{ ...text, vocabulary: 'ab' }, rnn(2), {}, 'one of 2 entries of the vocabulary'],
    [
      { source: 'text', window: 3 },
      rnn(3),
      {},
      'data: expected either a text or the path of a file, got neither',
    ],
    [{ ...text, path: 'a.txt' }, rnn(3), {}, 'data: expected either a text or the path of a file, got both'],
    [
      { source: 'sine', window: 5 },
      [{ type: 'embedding', numEmbeddings: 2, embeddingDim: 3 }],
      { loss: 'mse' },
      'model.0: expected another first layer for the values of sine, which are no indices, got embedding',
    ],
    [{ source: 'sine', window: 5 }, rnn(1), {}, 'expected a loss of numbers'],
    [{ source: 'sine', window: 5 }, rnn(1), { loss: 'mse' }, 'got [5, 1]'],
    [
      { source: 'reversal', sampler: 'random' },
      [{ type: 'linear', out: 10 }],
      {},
      'data.sampler: expected none for reversal',
    ],
    [
      text,
      [{ type: 'transformerEncoder', numLayers: 1, nhead: 2 }],
      {},
      'nhead: expected a divisor of 3, the size of the vectors, got 2',
    ],
    [
      text,
      [{ type: 'lstm', hiddenSize: 3, projSize: 3 }],
      {},
      'projSize: expected a number below hiddenSize 3, got 3',
    ],
    [
      { source: 'xor' },
      rnn(3),
      { loss: 'mse' },
      'model.0: expected samples of shape [length, features], got [2]',
    ],
  ])('%j %j %j', async (data, model, change, message) => {
    expect(await messageOf(() => build(data, model, change))).toContain(message);
  });
});
