import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ApiEntry, ApiIndex } from '../src/api/api-index.ts';
import { lastExpression } from '../src/api/last-expression.ts';
import { importedNames, typeOf } from '../src/api/program-names.ts';

// Of the built packages, as the build makes it.
const { apiIndex } = (await import(join(import.meta.dirname, '../build/api-index.mjs'))) as {
  apiIndex(doors: Readonly<Record<string, string>>): ApiIndex;
};
const declarations = (name: string, file: string): string =>
  join(dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`))), 'dist', file);
const api = apiIndex({
  '@kindling/core': declarations('@kindling/core', 'index.d.ts'),
  '@kindling/data': declarations('@kindling/data', 'browser.d.ts'),
  '@kindling/train': declarations('@kindling/train', 'browser.d.ts'),
});
const named = (entries: readonly ApiEntry[] | undefined, name: string) =>
  entries?.find((entry) => entry.name === name);

describe('the index of names', () => {
  test('functions, classes and namespaces with their signatures and descriptions', () => {
    const core = api.packages['@kindling/core'];
    expect(named(core, 'manualSeed')).toMatchObject({
      kind: 'function',
      signature: expect.stringMatching(/^\(seed: /),
    });
    expect(named(core, 'tensor')).toMatchObject({
      kind: 'function',
      type: 'Tensor',
      doc: expect.stringMatching(/./),
    });
    expect(named(core, 'nn')).toMatchObject({ kind: 'namespace' });
    expect(named(api.packages['@kindling/train'], 'Adam')).toMatchObject({ kind: 'class', type: 'Adam' });
    expect(named(api.types.nn, 'Linear')).toMatchObject({
      signature: '(inFeatures: number, outFeatures: number, options?: LinearOptions)',
      type: 'Linear',
    });
  });

  test('members, those of the classes above included', () => {
    expect(named(api.types.Tensor, 'matmul')).toEqual({
      name: 'matmul',
      kind: 'method',
      signature: '(other: Tensor): Tensor',
      doc: expect.stringContaining('matrix product'),
      type: 'Tensor',
    });
    expect(named(api.types.Tensor, 'shape')).toMatchObject({
      kind: 'property',
      signature: ': readonly number[]',
    });
    for (const name of ['forward', 'weight', 'parameters', 'stateDict']) {
      expect(named(api.types.Linear, name)).toBeDefined();
    }
    expect(named(api.types.Linear, 'extraRepr')).toBeUndefined();
  });

  test('nothing of comments is taken for code', () => {
    for (const entry of [...Object.values(api.packages), ...Object.values(api.types)].flat()) {
      expect(entry.name).toMatch(/^[A-Za-z_$][\w$]*$/);
      expect(entry.signature).not.toMatch(/\*\/|\/\*|\n/);
    }
  });
});

describe('the type in front of a dot', () => {
  const program = `import { nn, tensor as make, type Tensor } from '@kindling/core';
import { digits } from '@kindling/data';
import { Adam } from '@kindling/train';
const model = new nn.Sequential(new nn.Linear(2, 1));
const optimizer = new Adam(model.parameters());
const x = make([1, 2]);
const images = digits({ count: 3 });
function f(y: Tensor) {}`;

  test.each([
    ['nn', 'nn'],
    ['model', 'Sequential'],
    ['optimizer', 'Adam'],
    ['x', 'Tensor'],
    ['x.matmul(x).add(x.sum(1, { keepdim: true }))', 'Tensor'],
    ['make([1, 2])', 'Tensor'],
    ['images', 'ImageSet'],
    ['images.tensors()', 'TensorDataset'],
    ['y', 'Tensor'],
    ['unknown', 'Tensor'],
    ['x.item()', undefined],
    ['console', undefined],
  ])('%s is %s', (expression, type) => {
    expect(typeOf(expression, program, api)).toBe(type);
  });

  test('imports with another name', () => {
    expect([...importedNames(program, api).keys()]).toEqual(['nn', 'make', 'Tensor', 'digits', 'Adam']);
  });

  test.each([
    ['const y = x.add(f(1, 2))', 'x.add(f(1, 2))'],
    ['g(x', 'x'],
    ['x\n  .add(1)\n  .mul(2)', 'x\n  .add(1)\n  .mul(2)'],
    ['const z = a + b[0]!', 'b[0]!'],
    ['', ''],
  ])('%j ends with %j', (text, expression) => {
    expect(lastExpression(text)).toBe(expression);
  });
});
