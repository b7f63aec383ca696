import { decodeSafetensors, encodeSafetensors, type Tensor, tensor } from '@kindling/core';
import { expect, test } from 'vitest';
import { decodeTree, encodeTree } from '../../src/run/tensor-tree.ts';

test('a tree of tensors and bytes comes back as it went', () => {
  const tree = { a: [1, null, { b: tensor([1, 2]) }], c: Uint8Array.of(1, 255), d: 'text', 'e.f': tensor(3) };
  const back = decodeTree(encodeTree(tree), 'x') as typeof tree;
  expect(back.c).toEqual(tree.c);
  expect([back.d, back.a[0], back.a[1]]).toEqual(['text', 1, null]);
  expect((back.a[2] as { b: Tensor }).b.toArray()).toEqual([1, 2]);
  expect(back['e.f'].item()).toBe(3);
  expect(Object.keys(decodeSafetensors(encodeTree(tree)).tensors)).toEqual(['a.2.b', 'e.f']);
  expect(() => decodeTree(encodeSafetensors({ a: tensor(1) }), 'x')).toThrow('x: expected a training state');
});

test('every number comes back as it went, and so does what looks like a mark', () => {
  const tree = {
    numbers: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 5e-324, 0.1],
    text: ['NaN', 'Infinity', '-0'],
    marks: [
      { $number: 'NaN' },
      { $tensor: 'x' },
      { $base64: 'AA==' },
      { $object: { $number: 1 } },
      { $number: 1, a: 2 },
    ],
  };
  const back = decodeTree(encodeTree(tree), 'x');
  expect(back).toEqual(tree);
  expect(Object.is((back as typeof tree).numbers[3], -0)).toBe(true);
});

test('a mark that leads nowhere is refused, with the name', () => {
  const of = (text: string) => () => decodeTree(encodeSafetensors({}, { 'kindling.tree': text }), 'file');
  for (const text of [
    '{"a":{"$tensor":"b"}}',
    '{"$number":"1"}',
    '{"$number":1}',
    '{"$base64":2}',
    '{"$object":1}',
    '{',
  ]) {
    expect(of(text)).toThrow('file: expected a state');
  }
});
