import { describe, expect, test } from 'vitest';
import { checkExperiment } from '../../src/experiment/check-experiment.ts';
import { experimentKeys } from '../../src/experiment/experiment-keys.ts';
import { experimentSchema } from '../../src/experiment/experiment-schema.ts';
import type { TextRange } from '../../src/experiment/json-document.ts';
import { parseJsonDocument } from '../../src/experiment/json-document.ts';

/** The piece of a text that a range is. */
function textOf(text: string, range: TextRange | undefined): string {
  const offset = ({ line, column }: TextRange['start']): number =>
    text
      .split('\n')
      .slice(0, line - 1)
      .reduce((sum, { length }) => sum + length + 1, 0) +
    column -
    1;
  return range === undefined ? '(none)' : text.slice(offset(range.start), offset(range.end));
}

const check = async (text: string, options: object = {}) => {
  const { problems, ...rest } = await checkExperiment('a.json', { ...options, text });
  return {
    ...rest,
    found: problems.map(({ path, range, suggestion, variant }) => [
      path.join('.'),
      textOf(text, range),
      ...(suggestion === undefined ? [] : [suggestion]),
      ...(variant === undefined ? [] : [variant]),
    ]),
  };
};

const document = (changes: object): string =>
  JSON.stringify(
    {
      name: 'a',
      data: { source: 'digits' },
      model: [{ type: 'linear', out: 10 }],
      loss: 'crossEntropy',
      optimizer: 'adam',
      epochs: 3,
      ...changes,
    },
    null,
    2,
  );

describe('rangeOf', () => {
  const text = '{\r\n  "a": {\n    "b": [1,\n      { "c": 2 }]\n  }\n}';
  const { rangeOf } = parseJsonDocument(text, 'x.json');

  test.each([
    [['a', 'b', 0], 'value', '1'],
    [['a', 'b', 1], 'value', '{ "c": 2 }'],
    [['a', 'b', 1, 'c'], 'value', '2'],
    [['a', 'b', 1, 'c'], 'key', '"c"'],
    [['a', 'b'], 'value', '[1,\n      { "c": 2 }]'],
    [['a', 'x', 'y'], 'value', '"a"'],
    [['a', 'b', 1, 'd'], 'value', '{'],
    [['a', 'b', 0, 'd'], 'value', '1'],
    [['z'], 'key', '{'],
    [[], 'value', text],
  ] as const)('%j (%s) is %j', (path, part, piece) => {
    expect(textOf(text, rangeOf(path, part))).toBe(piece);
  });
});

describe('checkExperiment', () => {
  test('finds nothing in an experiment that trains', async () => {
    const { found, experiment } = await check(document({}));
    expect([found, experiment?.name]).toEqual([[], 'a']);
  });

  test('lists every problem with the text that it is about, and what was probably meant', async () => {
    const changes = { sed: 1, epochs: '3', loss: 'BCE', optimizer: { type: 'sgd' }, model: ['relo'] };
    const { found, experiment } = await check(document(changes));
    expect(experiment).toBeUndefined();
    expect(found).toEqual([
      ['model.0.type', '"relo"', 'relu'],
      ['loss.type', '"BCE"', 'bce'],
      ['optimizer.lr', '"optimizer"'],
      ['epochs', '"3"', 3],
      ['sed', '"sed"', 'seed'],
    ]);
  });

  test('lists more problems than an error does', async () => {
    const metrics = Array.from({ length: 60 }, () => 'speed');
    const { found } = await check(document({ metrics }));
    expect(found).toHaveLength(60);
  });

  test('compares layers with each other and with a built-in source', async () => {
    const model = [
      { type: 'linear', out: 20, in: 100 },
      { type: 'linear', out: 5, in: 21 },
    ];
    expect((await check(document({ model }))).found).toEqual([
      ['model.0.in', '100', 784],
      ['model.1.out', '5', 10],
      ['model.1.in', '21', 20],
    ]);
  });

  test('knows of a file only what the document says of it', async () => {
    const data = { source: 'csv', path: 'a.csv' };
    const model = [{ type: 'linear', out: 2, in: 7 }];
    const changes = { data, model, loss: 'mse' };
    expect((await check(document(changes))).found).toEqual([['model.0.out', '2', 1]]);
    const inputs = { ...changes, data: { ...data, inputs: ['a', 'b'], targets: ['c', 'd'] } };
    expect((await check(document(inputs))).found).toEqual([['model.0.in', '7', 2]]);
    // How many columns a category makes is in the file.
    const coded = { ...changes, data: { ...data, categories: { kind: 'oneHot' } } };
    expect((await check(document(coded))).found).toEqual([]);
    const [[path]] = (await check(document({ data: { source: 'xor' }, model: ['relu'], loss: 'mse' })))
      .found as [[string]];
    expect(path).toBe('model');
  });

  test('checks each variant, and reports its problems where it is written', async () => {
    const variants = {
      fine: { epochs: 5 },
      deep: { 'model.9': 'relu' },
      fast: { optimizer: { type: 'adam', lr: 'fast' }, seeds: 3 },
    };
    const { found, variants: names } = await check(document({ variants }));
    expect(names).toEqual(['fine', 'deep', 'fast']);
    expect(found).toEqual([
      ['model.9', '"model.9"', 'deep'],
      ['optimizer.lr', '"fast"', 'fast'],
      ['seeds', '"seeds"', 'seed', 'fast'],
    ]);
    expect((await check(document({ variants }), { variant: 'fine' })).found).toEqual([]);
  });

  test('reports what is no JSON, and what is no file', async () => {
    expect((await check('{ "name": nope }')).found).toEqual([['', 'n']]);
    const { problems } = await checkExperiment('nowhere.json');
    expect(problems).toMatchObject([{ path: [], message: expect.stringContaining('expected a file') }]);
  });

  test('reports a change of --set as such', async () => {
    const { problems } = await checkExperiment('xor', { set: ['epochs=-1'] });
    expect(problems).toMatchObject([{ origin: '--set epochs=-1', path: ['epochs'] }]);
    expect(problems[0]?.range).toBeUndefined();
  });
});

describe('experimentKeys', () => {
  const keys = experimentKeys();
  const key = (path: string, kind?: string) =>
    keys.find((one) => one.path === path && (kind === undefined || one.of?.includes(kind)));

  test('has the top keys of the schema but for $schema and variants', () => {
    const top = keys.map(({ path }) => path).filter((path) => !path.includes('.'));
    const expected = Object.keys(experimentSchema.shape).filter(
      (name) => !/^(\$schema|variants)$/.test(name),
    );
    expect(new Set(top)).toEqual(new Set(expected));
  });

  test('tells types, defaults and the kinds that have a key', () => {
    expect(key('optimizer.lr', 'sgd')).toMatchObject({ type: 'a number of at least 0', required: true });
    expect(key('optimizer.lr', 'adam')).toMatchObject({ default: 0.001, of: ['adam', 'adamW', 'radam'] });
    expect(key('optimizer.betas')).toMatchObject({ default: [0.9, 0.999], type: 'an array of 2 numbers' });
    expect(key('data.batchSize')).toMatchObject({ default: 'full', type: 'an integer above 0 or full' });
    expect(key('model.N.init.weight.mode')).toMatchObject({ default: 'fanIn' });
    expect(key('model.N.p')).toMatchObject({
      type: 'a number of at least 0 and below 1',
      of: ['dropout', 'channelDropout'],
    });
    expect(key('loss.type')?.type).toBe(
      'one of mse, l1, huber, bce, bceWithLogits, crossEntropy, nll, klDiv, smoothL1, poissonNll, gaussianNll, hingeEmbedding',
    );
    expect(key('checkpoint.seconds')).toMatchObject({ default: 10, required: false });
  });
});
