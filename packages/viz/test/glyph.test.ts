import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth, printable, shorten, wrap } from '../src/text/glyph.ts';

describe('display width', () => {
  it('counts terminal columns', () => {
    const widths = {
      train: 5,
      학습: 4,
      é: 1,
      'e\u0301': 1,
      '한국어 run': 10,
      '👩‍🔬': 2,
      '🇰🇷': 2,
      ﾊﾝ: 2,
      カナ: 4,
      漢字: 4,
      '→≤…': 3,
    };
    expect(Object.fromEntries(Object.keys(widths).map((text) => [text, displayWidth(text)]))).toEqual(widths);
    expect(displayWidth('학습'.normalize('NFD'))).toBe(4);
  });
});

describe('shorten', () => {
  it('takes out the middle', () => {
    expect(shorten('lenet-adam-0.001-seed-3', 12)).toBe('lenet-…eed-3');
    expect(shorten('short', 12)).toBe('short');
    expect(shorten('가나다라마바사', 8)).toBe('가나…사');
  });

  it('never exceeds its columns', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 20 }), (text, columns) => {
        expect(displayWidth(shorten(text, columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe('wrap', () => {
  it('breaks at spaces and keeps every line within its columns', () => {
    expect(wrap('two words and more', 9)).toEqual(['two words', 'and more']);
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        (text, columns) => {
          for (const line of wrap(text, columns)) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });
});

describe('printable', () => {
  it('takes out what would act on a terminal or break XML', () => {
    expect(printable('a\u001b[31mred\u0007\u202eevil\ud800')).toBe('a [31mred  evil ');
    expect(printable('한국어 → 👩‍🔬')).toBe('한국어 → 👩‍🔬');
  });
});
