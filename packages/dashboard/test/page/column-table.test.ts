import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ColumnTable } from '../../src/page/store/column-table.ts';

const block = (from: number, columns: Record<string, readonly number[]>) => ({
  from,
  length: Object.values(columns)[0]?.length ?? 0,
  columns: Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [name, Float64Array.from(values)]),
  ),
});

test('blocks append, replace rows from their first on, and leave gaps where a column is missing', () => {
  const table = new ColumnTable();
  expect(table.apply(block(0, { step: [0, 1], a: [5, 6] }))).toBe(true);
  expect(table.apply(block(2, { step: [2], b: [7] }))).toBe(true);
  expect([...table.column('a')!]).toEqual([5, 6, Number.NaN]);
  expect([...table.column('b')!]).toEqual([Number.NaN, Number.NaN, 7]);
  expect(table.generation).toBe(0);
  expect(table.apply(block(1, { step: [9] }))).toBe(true);
  expect(table).toMatchObject({ length: 2, generation: 1, kept: 1 });
  expect([...table.column('step')!]).toEqual([0, 9]);
  expect([...table.column('b')!]).toEqual([Number.NaN, Number.NaN]);
});

test('a block beyond the last row is refused and changes nothing', () => {
  const table = new ColumnTable();
  table.apply(block(0, { step: [0] }));
  expect(table.apply(block(2, { step: [2] }))).toBe(false);
  expect(table.length).toBe(1);
});

test('any blocks give what arrays would hold', () => {
  const blocks = fc.array(
    fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.array(fc.double(), { maxLength: 90 })),
  );
  fc.assert(
    fc.property(blocks, (pieces) => {
      const table = new ColumnTable();
      let expected: number[] = [];
      for (const [share, values] of pieces) {
        const from = Math.floor(share * expected.length);
        table.apply(block(from, { a: values }));
        expected = [...expected.slice(0, from), ...values];
      }
      expect([...(table.column('a') ?? [])]).toEqual(expected);
      expect(table.length).toBe(expected.length);
    }),
  );
});
