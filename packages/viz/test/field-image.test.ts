import { expect, it } from 'vitest';
import { cellsOf } from '../src/raster/field-image.ts';

it('gives each pixel of an axis the cell at its centre, and none where the field does not reach', () => {
  expect([...cellsOf([0, 0.5, 1], 4, true)]).toEqual([0, 0, 1, 1]);
  expect([...cellsOf([0.25, 0.5, 0.75], 8, true)]).toEqual([-1, -1, 0, 0, 1, 1, -1, -1]);
  // Cells of one width need a pixel each; those at the ends may be half as wide.
  expect([...cellsOf([0, 0.5, 1], 100, false)]).toEqual([0, 1]);
  expect([...cellsOf([0, 0.25, 0.75, 1], 100, false)]).toEqual([0, 1, 1, 2]);
});
