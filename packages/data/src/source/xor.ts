import { Table } from '../dataset/table.ts';

/** Exclusive or: the four rows of columns `a`, `b` and `label`. */
export function xor(): Table {
  return new Table('xor', {
    names: ['a', 'b', 'label'],
    columns: [Float64Array.of(0, 0, 1, 1), Float64Array.of(0, 1, 0, 1), Float64Array.of(0, 1, 1, 0)],
  });
}
