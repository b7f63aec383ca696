import { expect, test } from 'vitest';
import { checkCall } from '../../src/backend/check-call.ts';
import { assertInside } from '../../src/backend/check-view.ts';
import type { BufferView } from '../../src/backend/lowered-call.ts';
import { isTaken } from './checked.ts';

test('a kind that there is none of, and memory that is gone', () => {
  expect(isTaken({ kind: 'conv', outputs: [], inputs: [], attributes: {} })).toBe(false);
  const view: BufferView = {
    storage: { handle: undefined },
    dtype: 'float32',
    shape: [1],
    strides: [1],
    offset: 0,
  };
  const copy = (out: BufferView): void =>
    checkCall({ kind: 'copy', outputs: [out], inputs: [1], attributes: {} });
  expect(() => copy(view)).toThrow('expected operands that have not been disposed, got a disposed one');
  // Without a length, the memory is as long as the engine made it.
  copy({ ...view, storage: { handle: {} }, offset: 1e9 });
});

test('bytes that the host copies lie in a block', () => {
  const block = { capacity: 8 };
  for (const [offset, length] of [
    [0, 8],
    [8, 0],
    [4, 4],
  ] as const) {
    assertInside('write', block, offset, length);
  }
  for (const [offset, length] of [
    [0, 9],
    [-1, 4],
    [5, 4],
  ] as const) {
    expect(() => assertInside('write', block, offset, length)).toThrow(
      `write: expected bytes within the memory's 8, got ${length} from ${offset} on`,
    );
  }
  expect(() => assertInside('read', undefined, 0, 0)).toThrow("within the memory's 0, got 0 from 0 on");
});
