import { describe, expect, test } from 'vitest';
import {
  type ExperimentInput,
  loadTrainedModel,
  parseExperiment,
  type RunEvent,
  readRun,
  runExperiment,
} from '../../src/index.ts';
import { runsFolder } from './set-up.ts';

const runs = runsFolder();

const digits = {
  name: 'pictures',
  seed: 3,
  device: 'cpu',
  data: { source: 'digits', train: 60, test: 40, batchSize: 20 },
  model: [
    { type: 'conv2d', out: 3, kernelSize: 5, stride: 2 },
    'batchNorm',
    'relu',
    { type: 'maxPool2d', kernelSize: 2 },
    { type: 'residual', layers: [{ type: 'conv2d', out: 3, kernelSize: 3, padding: 1 }] },
    { type: 'conv2d', out: 4, kernelSize: [2, 3] },
    'flatten',
    { type: 'linear', out: 10 },
  ],
  loss: 'crossEntropy',
  optimizer: 'adam',
  epochs: 1,
} satisfies ExperimentInput;

type Images = Extract<RunEvent, { kind: 'images' }>;

async function imagesOf(document: ExperimentInput): Promise<ReadonlyMap<string | undefined, Images>> {
  const { folder } = await runExperiment(parseExperiment(document), { runs: runs() });
  const events = readRun(folder.path).events.filter(
    (event): event is Images => event.type === 'sample' && event.kind === 'images',
  );
  return new Map(events.map((event) => [event.name, event]));
}

const pixelsOf = ({ pixels }: Images): Buffer => Buffer.from(pixels, 'base64');

describe('the run of a classifier of images shows', () => {
  test('the kernels of its convolutions, and what they make of an image', async () => {
    const images = await imagesOf(digits);
    const sizes = [...images].flatMap(([name, { height, width, ...image }]) =>
      name?.includes('/')
        ? [[name, pixelsOf({ height, width, ...image } as Images).length / (height * width), height, width]]
        : [],
    );
    expect(sizes).toEqual([
      ['filters/0', 3, 5, 5],
      ['feature-maps/2', 3, 12, 12],
      ['feature-maps/4', 3, 6, 6],
      ['filters/5', 12, 2, 3],
      ['feature-maps/5', 4, 5, 4],
    ]);
    const filters = pixelsOf(images.get('filters/0')!);
    expect([Math.min(...filters), Math.max(...filters)]).toEqual([0, 255]);
  });

  test('images that it takes for another class, with that class', async () => {
    const wrong = (await imagesOf(digits)).get('wrong')!;
    expect(wrong).toMatchObject({ split: 'validation', height: 28, width: 28 });
    const count = pixelsOf(wrong).length / 784;
    expect(count).toBeGreaterThan(0);
    expect(wrong.labels).toHaveLength(count);
    wrong.labels!.forEach((label, i) => {
      expect(label).not.toBe(wrong.predictions![i]);
    });
  });

  test('no kernels where it has no convolutions', async () => {
    const images = await imagesOf({ ...digits, model: [{ type: 'linear', out: 10 }] });
    expect([...images.keys()].filter((name) => name?.includes('/'))).toEqual([]);
  });
});

describe('the run of a model of sequences shows', () => {
  const spelled = async (data: ExperimentInput['data'], model: ExperimentInput['model']) => {
    const { folder } = await runExperiment(
      parseExperiment({ ...digits, name: 'spelled', data, model, epochs: 20 }),
      { runs: runs() },
    );
    return readRun(folder.path).events.flatMap((event) =>
      event.type === 'sample' && event.kind === 'text' ? [event.text] : [],
    );
  };

  test('what it makes of a text, in the course of training', async () => {
    const texts = await spelled({ source: 'text', text: 'hihello', window: 6 }, [
      { type: 'rnn', hiddenSize: 5 },
    ]);
    expect(texts).toHaveLength(10);
    for (const text of texts) expect(text).toMatch(/^hihell → [ehilo]{6}( \(ihello\))?$/);
  });

  test('tokens with spaces between them, and numbers', async () => {
    const [text] = await spelled({ source: 'text', text: 'To be or not to be', unit: 'tokens', window: 3 }, [
      { type: 'embedding', numEmbeddings: 4, embeddingDim: 2 },
      { type: 'linear', out: 4 },
    ]);
    expect(text!.split('\n')).toHaveLength(3);
    expect(text).toMatch(/^to be or → \w+ \w+ \w+/);
    const [digits] = await spelled({ source: 'reversal', train: 8, batchSize: 4, sequenceLength: 3 }, [
      { type: 'linear', out: 10 },
    ]);
    expect(digits!.split('\n')).toHaveLength(5);
    expect(digits).toMatch(/^\d{3} → \d{3}/);
  });
});

test('a model of texts is used with texts, and says what it does not take', async () => {
  const { folder } = await runExperiment(
    parseExperiment({
      ...digits,
      name: 'used',
      data: { source: 'text', text: 'hihello', window: 6 },
      model: [{ type: 'gru', hiddenSize: 5 }],
    }),
    { runs: runs() },
  );
  const model = await loadTrainedModel(folder.path);
  const last = readRun(folder.path).events.findLast(
    (event) => event.type === 'sample' && event.kind === 'text',
  );
  const [found] = model.predictText(['hihell']);
  expect(last).toMatchObject({ text: expect.stringContaining(`hihell → ${found}`) });
  expect(() => model.predictText(['hi'])).toThrow('predictText: expected a text of 6 entries, got 2 in "hi"');
  expect(() => model.predictText(['hihelp'])).toThrow('expected one of 5 entries of the vocabulary, got "p"');
  expect(() => model.predict([[1]])).toThrow('predict: expected a model of rows, got one of texts');
});
