import { expect, test } from 'vitest';
import * as z from 'zod';
import { jsonNumber, jsonNumbers } from '../../src/events/number-schema.ts';

test.each([
  [[]],
  [[0, -0, 1.5, 5e-324]],
  [['NaN', 1, '-Infinity']],
  [[1, '2']],
  [[1, Number.POSITIVE_INFINITY, null]],
  // A hole, which no JSON has.
  [Object.assign([], { 0: 1, 2: 3 })],
  ['12'],
  [{ length: 0 }],
  [undefined],
])('a list of numbers is read as Zod reads it element by element: %j', (value) => {
  const [byElement, read] = [z.array(jsonNumber), jsonNumbers].map((schema) => {
    const { data, error } = z.object({ list: schema }).safeParse({ list: value });
    return { list: data?.list, issues: error?.issues };
  });
  expect(read).toEqual(byElement);
});
