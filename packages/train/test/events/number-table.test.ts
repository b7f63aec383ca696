import { describe, expect, test } from 'vitest';
import { NumberTable } from '../../src/events/number-table.ts';

describe('a table of numbers', () => {
  test('has the columns that have a value, as long as the table', () => {
    const table = new NumberTable();
    table.addRow();
    table.set('loss', 1);
    table.addRow();
    table.set('accuracy', 0.5);
    expect([...table.columns].map(([name, values]) => [name, [...values]])).toEqual([
      ['loss', [1, Number.NaN]],
      ['accuracy', [Number.NaN, 0.5]],
    ]);
    table.truncate(1);
    expect([...table.columns.keys()]).toEqual(['loss']);
    expect([...table.column('accuracy')]).toEqual([Number.NaN]);
  });

  test('has a thousand columns at most', () => {
    const table = new NumberTable();
    table.addRow();
    for (let i = 0; i < 1010; i++) table.set(`column ${i}`, i);
    table.set('column 7', 7.5);
    expect(table.columns.size).toBe(1000);
    expect([table.last('column 7'), table.last('column 999'), table.last('column 1000')]).toEqual([
      7.5,
      999,
      Number.NaN,
    ]);
  });
});
