import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DataError } from '../../src/data-error.ts';
import { parseMnistCsv } from '../../src/format/mnist-csv.ts';
import { messageOf, thrownBy } from './data-error.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const image = fc.tuple(
  fc.nat({ max: 9 }),
  fc.oneof(
    fc.constant(new Uint8Array(784)),
    fc.uint8Array({ minLength: 784, maxLength: 784 }),
    fc.constant(new Uint8Array(784).fill(255)),
  ),
);
type Image = readonly [number, Uint8Array];
const rowOf = ([label, pixels]: Image): string => `${label},${pixels.join(',')}`;

test('reads back labels and pixels, with or without a header', () => {
  const style = fc.record({
    end: fc.constantFrom('\n', '\r\n'),
    mark: fc.constantFrom('', '\ufeff'),
    header: fc.constantFrom('', `label,${Array.from({ length: 784 }, (_, i) => `pixel${i}`).join(',')}`),
    lastEnd: fc.boolean(),
    blank: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(image, { minLength: 1, maxLength: 3 }), style, (images, s) => {
      const lines = [...(s.header ? [s.header] : []), ...images.map(rowOf)];
      const text = s.mark + lines.join(s.blank ? s.end + s.end : s.end) + (s.lastEnd ? s.end : '');
      const parsed = parseMnistCsv(bytesOf(text), 'x.csv');
      expect(parsed.count).toBe(images.length);
      expect([...parsed.labels]).toEqual(images.map(([label]) => label));
      expect(parsed.images.length).toBe(784 * images.length);
      images.forEach(([, pixels], i) => {
        expect(Buffer.from(parsed.images.subarray(784 * i, 784 * (i + 1))).equals(pixels)).toBe(true);
      });
    }),
    { numRuns: 40 },
  );
});

test('a file that is cut gives fewer whole rows or an error, never other pixels', () => {
  fc.assert(
    fc.property(image, image, fc.nat(), (a, b, at) => {
      const bytes = bytesOf(`${rowOf(a)}\n${rowOf(b)}\n`);
      const end = rowOf(a).length;
      const cut = bytes.subarray(0, at % (bytes.length - 2));
      const error = thrownBy(() => {
        // A cut between two digits of a row's last number cannot be seen: that is the format's own weakness.
        const { count, images } = parseMnistCsv(cut, 'x.csv');
        expect(cut.length).toBeGreaterThan(end - 3);
        expect(count).toBe(cut.length > bytes.length - 5 ? 2 : 1);
        expect(Buffer.from(images.subarray(0, 783)).equals(a[1].subarray(0, 783))).toBe(true);
      });
      if (error !== undefined) expect(error).toBeInstanceOf(DataError);
    }),
    { numRuns: 60 },
  );
});

test('takes any bytes as images or as an error', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(thrownBy(() => parseMnistCsv(bytes, 'x.csv'))).toBeInstanceOf(DataError);
    }),
  );
});

const good = rowOf([7, new Uint8Array(784)]);
const withPixel = (column: number, text: string): string =>
  good
    .split(',')
    .map((field, i) => (i === column - 1 ? text : field))
    .join(',');

test.each([
  ['', 'x.csv: expected rows of a label and 784 pixels, got none'],
  ['label,a,b\n\n', 'x.csv: expected rows of a label and 784 pixels, got none'],
  [`${good}\n${withPixel(17, '300')}`, 'x.csv, row 2, column 17: expected a pixel in [0, 255], got "300"'],
  [
    `${good}\n\n${withPixel(785, 'abc')}\n`,
    'x.csv, row 3, column 785: expected a pixel in [0, 255], got "abc"',
  ],
  [`${withPixel(2, '-1')}`, 'x.csv, row 1, column 2: expected a pixel in [0, 255], got "-1"'],
  [`${withPixel(2, '0.5')}`, 'x.csv, row 1, column 2: expected a pixel in [0, 255], got "0.5"'],
  [`${withPixel(2, '')}`, 'x.csv, row 1, column 2: expected a pixel in [0, 255], got an empty field'],
  [
    `${withPixel(2, '99999999999999999999999')}`,
    'x.csv, row 1, column 2: expected a pixel in [0, 255], got "99999999999999999999999"',
  ],
  [`${withPixel(1, '10')}`, 'x.csv, row 1, column 1: expected a label in [0, 9], got "10"'],
  // One bad field does not make the first row a header.
  [`${withPixel(1, 'seven')}\n${good}`, 'x.csv, row 1, column 1: expected a label in [0, 9], got "seven"'],
  [`${good}\n7,0,0\n`, 'x.csv, row 2: expected 785 columns (a label and 784 pixels), got 3'],
  [`${good},0\r\n`, 'x.csv, row 1: expected 785 columns (a label and 784 pixels), got 786'],
])('says what is wrong (%#)', (text, message) => {
  expect(messageOf(() => parseMnistCsv(bytesOf(text), 'x.csv'))).toBe(message);
});

test('blank lines count as lines wherever they are, also before the first', () => {
  const text = `\n  \n${good}\n\r\n${good}`;
  expect(parseMnistCsv(bytesOf(text), 'x.csv').count).toBe(2);
  expect(messageOf(() => parseMnistCsv(bytesOf(`${text}\n${withPixel(3, 'x')}`), 'x.csv'))).toContain(
    'x.csv, row 6, column 3',
  );
  expect(parseMnistCsv(bytesOf(`"Label","a"\n${good}\n`), 'x.csv').count).toBe(1);
  expect(parseMnistCsv(bytesOf(`"x", y\n${good}\n`), 'x.csv').count).toBe(1);
});

test('the ends of the ranges of labels and pixels are in them', () => {
  for (const [column, most] of [
    [1, 9],
    [2, 255],
    [785, 255],
  ] as const) {
    const { labels, images } = parseMnistCsv(bytesOf(withPixel(column, String(most))), 'x.csv');
    expect(column === 1 ? labels[0] : images[column - 2]).toBe(most);
    expect(messageOf(() => parseMnistCsv(bytesOf(withPixel(column, String(most + 1))), 'x.csv'))).toContain(
      `column ${column}: expected a ${column === 1 ? 'label in [0, 9]' : 'pixel in [0, 255]'}, got "${most + 1}"`,
    );
  }
});
