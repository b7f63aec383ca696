import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyOverrides, parseOverride } from '../../src/experiment/overrides.ts';

const document = {
  model: [{ type: 'linear', out: 2 }, 'sigmoid'],
  optimizer: 'adam',
  loss: { type: 'bce' },
};

describe('applyOverrides', () => {
  test.each<[change: string, expected: object]>([
    ['loss=mse', { loss: 'mse' }],
    ['optimizer={"type":"sgd","lr":1}', { optimizer: { type: 'sgd', lr: 1 } }],
    ['optimizer.lr=0.01', { optimizer: { type: 'adam', lr: 0.01 } }],
    ['model.0.out=20', { model: [{ type: 'linear', out: 20 }, 'sigmoid'] }],
    ['model.1=relu', { model: [{ type: 'linear', out: 2 }, 'relu'] }],
    ['model.2=relu', { model: [{ type: 'linear', out: 2 }, 'sigmoid', 'relu'] }],
    ['model.0=null', { model: ['sigmoid'] }],
    ['earlyStopping.patience=3', { earlyStopping: { patience: 3 } }],
    ['name="3"', { name: '3' }],
    ['name=a=b', { name: 'a=b' }],
    ['name=', { name: '' }],
  ])('%s', (change, expected) => {
    expect(applyOverrides(document, [change])).toEqual({ ...document, ...expected });
  });

  test('null takes a key away', () => {
    const { loss: _, ...rest } = document;
    expect(applyOverrides(document, ['loss=null'])).toEqual(rest);
  });

  test('later changes see earlier ones, and the document stays as it was', () => {
    const before = structuredClone(document);
    expect(applyOverrides(document, ['model.2=relu', 'model.2.straightThrough=true'])).toMatchObject({
      model: [{}, 'sigmoid', { type: 'relu', straightThrough: true }],
    });
    expect(document).toEqual(before);
  });

  test.each([
    ['model.7.out=1', '--set: model.7: expected an index from 0 to 2, got "7"'],
    ['model.first=1', '--set: model.first: expected an index from 0 to 2, got "first"'],
    ['model.0.out.x=1', '--set: model.0.out.x: expected a path that ends before it, got a key inside 2'],
    ['lr', '--set: expected path=value, such as optimizer.lr=0.01, got "lr"'],
    ['a..b=1', '--set: expected path=value, such as optimizer.lr=0.01, got "a..b=1"'],
    ['=1', '--set: expected path=value, such as optimizer.lr=0.01, got "=1"'],
  ])('%s is refused', (change, message) => {
    expect(() => applyOverrides(document, [change])).toThrow(message);
  });

  test('a key such as __proto__ changes no prototype', () => {
    applyOverrides({}, ['__proto__.polluted=true', 'constructor.prototype.polluted=true']);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

test('a value in JSON comes through', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(parseOverride(`a.b=${JSON.stringify(value)}`)).toEqual({
        path: ['a', 'b'],
        value: JSON.parse(JSON.stringify(value)),
      });
    }),
  );
});

test('any other text is a string', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zA-Z_./ -]+$/), (text) => {
      fc.pre(!['true', 'false', 'null'].includes(text.trim().toLowerCase()));
      expect(parseOverride(`a=${text}`).value).toBe(text);
    }),
  );
});

test.each<[string, unknown]>([
  ['.001', 0.001],
  ['1.', 1],
  ['+0.1', 0.1],
  ['-.5e-3', -0.0005],
  ['\u20130.1', -0.1],
  ['\u22121', -1],
  ['\u20141e3', -1000],
  ['007', 7],
  ['True', true],
  ['FALSE', false],
  ['[acc]', ['acc']],
  ['[accuracy, mae]', ['accuracy', 'mae']],
  ['[.9, 0.999]', [0.9, 0.999]],
  ['[]', []],
  ['[ ]', []],
  ["'adam'", 'adam'],
  [' adam', ' adam'],
  ['1,5', '1,5'],
  ['1e', '1e'],
  ['NaN', 'NaN'],
  ['', ''],
])('--set a=%s', (text, value) => {
  expect(parseOverride(`a=${text}`).value).toEqual(value);
});

test.each(['{type:adam}', '[1,', '[[1]', '{', '[a,{b}]'])('--set a=%s is refused: it is no JSON', (text) => {
  expect(() => parseOverride(`a=${text}`)).toThrow(
    '--set: expected JSON, with "…" around keys and words, for a, got',
  );
});

test('a path of more keys than any document has is refused', () => {
  const path = Array.from({ length: 50_000 }, () => 'a').join('.');
  expect(() => parseOverride(`${path}=1`)).toThrow('--set: expected a path of at most 100 keys, got "a.a.');
  expect(() => applyOverrides({}, [{ path: path.split('.'), value: 1 }])).toThrow('got 50000');
});
