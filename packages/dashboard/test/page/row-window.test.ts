import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowWindow } from '../../src/page/view/rows/row-window.ts';

test('rows in the document and those left out make up the whole list', () => {
  const place = fc.integer({ min: -20, max: 300 });
  fc.assert(
    fc.property(fc.nat(200), place, place, fc.array(place, { maxLength: 4 }), (count, first, end, kept) => {
      const { rows, skippedAfter } = rowWindow(count, [first, end], kept);
      let next = 0;
      for (const { index, skipped } of rows) {
        expect(index).toBe(next + skipped);
        next = index + 1;
      }
      expect(next + skippedAfter).toBe(count);
      const shown = new Set(rows.map(({ index }) => index));
      for (let row = 0; row < count; row++) {
        expect(shown.has(row)).toBe((row >= first && row < end) || kept.includes(row));
      }
    }),
  );
});
