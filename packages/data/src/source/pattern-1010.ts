import { Table } from '../dataset/table.ts';

/**
 * The pattern high, low, high, low: one row of the columns `1` to `4`, and a column `real` of 1. A generative adversarial pair learns it with
 * noise that is added to the row.
 */
export function pattern1010(): Table {
  const row = [0.8, 0, 0.8, 0, 1];
  return new Table('pattern-1010', {
    names: ['1', '2', '3', '4', 'real'],
    columns: row.map((value) => Float64Array.of(value)),
  });
}
