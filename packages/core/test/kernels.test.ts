import { expect, test } from 'vitest';
import { opLists, predicates } from '../src/backend/kernels/op-lists.ts';
import { declarations } from '../src/backend/kernels.ts';

test.each(declarations)('%s: names that its declaration uses are declared', (_, declaration) => {
  const { attributes, outputs, inputs, elements } = declaration;
  const operands = { ...outputs, ...inputs };
  for (const { sizes, transposed, when } of Object.values(operands)) {
    for (const size of sizes) {
      if (typeof size === 'string' && size !== 'elements') expect(attributes[size]?.type).toBe('size');
      if (size === 'elements') expect(operands).toHaveProperty(elements!);
    }
    if (transposed !== undefined) expect(attributes[transposed]?.type).toBe('flag');
    if (when !== undefined) expect(attributes).toHaveProperty(when);
  }
  for (const attribute of Object.values(attributes)) {
    if (attribute.type === 'op')
      expect(opLists[attribute.list]).toEqual(expect.arrayContaining([...attribute.ops]));
  }
});

test.each(declarations)('%s: no operand is behind one that may be left out', (_, { outputs, inputs }) => {
  for (const operands of [outputs, inputs]) {
    const optional = Object.values(operands).map((operand) => operand.optional === true);
    expect(optional).toEqual([...optional].sort());
  }
});

test('predicates are ops', () => {
  const ops: readonly string[] = Object.values(opLists).flat();
  for (const name of predicates) expect(ops).toContain(name);
});
