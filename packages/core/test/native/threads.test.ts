import { afterAll, describe, expect, test } from 'vitest';
import { parseList, parseQuota, physicalCores } from '../../src/backend/native/cores.ts';
import { setNumThreads } from '../../src/backend/threads.ts';
import { ArgumentError } from '../../src/errors.ts';
import { native } from './engine.ts';
import { bytesOf, parallelCalls } from './parallel-calls.ts';

describe.skipIf(native === undefined)('threads', () => {
  const before = native?.threads ?? 1;
  afterAll(() => {
    if (native !== undefined) native.threads = before;
  });

  test.each(parallelCalls.map((call) => [call.name, call] as const))(
    '%s has the same bits on 1, 2 and 5 threads',
    (_, call) => {
      const [one, two, five] = [1, 2, 5].map((count) => bytesOf(call, native!, count));
      expect(two!.equals(one!)).toBe(true);
      expect(five!.equals(one!)).toBe(true);
      const untouched = Buffer.concat(call.outputs.map(({ memory }) => Buffer.from(memory.buffer)));
      expect(one!.equals(untouched)).toBe(false);
    },
  );

  test('a count that is none is refused', () => {
    for (const count of [0, -1, 1.5, Number.NaN]) expect(() => setNumThreads(count)).toThrow(ArgumentError);
  });
});

test('lists of processors are read as Linux writes them', () => {
  expect(parseList('0-3,8\n')).toEqual([0, 1, 2, 3, 8]);
  expect(parseList('5')).toEqual([5]);
  expect(parseList('')).toEqual([]);
});

test('a quota of processor time counts as cores, rounded up', () => {
  expect(parseQuota('150000 100000\n')).toBe(2);
  expect(parseQuota('50000 100000')).toBe(1);
  expect(parseQuota('max 100000')).toBe(Number.POSITIVE_INFINITY);
  expect(parseQuota('')).toBe(Number.POSITIVE_INFINITY);
});

test('this machine has a core', () => {
  expect(physicalCores()).toBeGreaterThanOrEqual(1);
});
