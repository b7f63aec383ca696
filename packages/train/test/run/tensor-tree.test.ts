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
  expect(() => decodeTree(encodeSafetensors({ a: tensor(1) }), 'x')).toThrow(
    'x: expected the state of a training',
  );
});
