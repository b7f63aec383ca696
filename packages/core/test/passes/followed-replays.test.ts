import { expect, test } from 'vitest';
import type { BufferView, LoweredCall } from '../../src/backend/lowered-call.ts';
import { dropUnread } from '../../src/backend/native/followed-replays.ts';

const size = 6;
const bytes = 4 * size;

/** Elements from `offset` on of the memory with this number. */
const at = (memory: number, shape: readonly number[] = [size], offset = 0): BufferView => ({
  storage: { handle: { address: 4096 * (memory + 1), capacity: bytes }, byteLength: bytes },
  dtype: 'float32',
  shape,
  strides: shape.map(() => 1),
  offset,
});

const copy = (to: BufferView, from: BufferView): LoweredCall => ({
  kind: 'copy',
  outputs: [to],
  inputs: [from],
  attributes: {},
});

const [a, b, c, d] = [0, 1, 2, 3];

test('what the next replay overwrites before anything reads it is left out, and what only that needed', () => {
  const calls = [copy(at(b), at(a)), copy(at(c), at(b)), copy(at(a), at(d))];
  expect(dropUnread(calls, [])).toEqual([calls[2]]);
});

test('what a later call, or the next replay, reads stays', () => {
  const calls = [copy(at(b), at(a)), copy(at(c), at(b)), copy(at(a), at(c))];
  expect(dropUnread(calls, [])).toEqual(calls);
});

test('what a call that is left out reads in the last replay stays', () => {
  const calls = [copy(at(c), at(b)), copy(at(b), at(a))];
  expect(dropUnread(calls, [])).toEqual([calls[1]]);
});

test('what is overwritten in part stays', () => {
  const calls = [copy(at(b), at(a)), copy(at(b, [2]), at(d)), copy(at(a), at(b))];
  expect(dropUnread(calls, [])).toEqual(calls);
});

test('what is collected after each replay stays', () => {
  const calls = [copy(at(b), at(a)), copy(at(c), at(b))];
  expect(dropUnread(calls, [at(c, [1], 4)])).toEqual(calls);
});

test('calls that only check stay', () => {
  const check: LoweredCall = {
    kind: 'assertRange',
    outputs: [],
    inputs: [at(b)],
    attributes: { least: 0, most: 1 } as never,
  };
  const calls = [copy(at(b), at(a)), check, copy(at(c), at(b))];
  expect(dropUnread(calls, [])).toEqual(calls.slice(0, 2));
});
