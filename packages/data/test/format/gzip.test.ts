import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DataError } from '../../src/data-error.ts';
import { gunzip, inflate } from '../../src/format/gzip.ts';
import { messageOf, thrownBy } from './data-error.ts';

test('inflate unzips gzip and leaves the rest', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(new Uint8Array(inflate(gzipSync(bytes), 'x'))).toEqual(bytes);
      if (bytes[0] !== 0x1f) expect(inflate(bytes, 'x')).toBe(bytes);
    }),
  );
});

test('a stream cut anywhere is an error that names the file', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), (bytes, at) => {
      const whole = gzipSync(bytes);
      const cut = whole.subarray(0, at % whole.length);
      const error = thrownBy(() => gunzip(cut, 'data/x.gz'));
      expect(error).toBeInstanceOf(DataError);
      expect(String(error)).toContain('data/x.gz: expected a complete gzip stream, got ');
    }),
  );
});

test('a changed byte gives the same bytes or an error, never other bytes', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (bytes, at, flip) => {
        const broken = Uint8Array.from(gzipSync(bytes));
        broken[at % broken.length]! ^= flip;
        const error = thrownBy(() => expect(new Uint8Array(gunzip(broken, 'x'))).toEqual(bytes));
        if (error !== undefined) expect(error).toBeInstanceOf(DataError);
      },
    ),
  );
});

test('says whether it is cut off or corrupt', () => {
  const whole = gzipSync(new Uint8Array(10_000).map((_, i) => i * i));
  expect(messageOf(() => gunzip(whole.subarray(0, 100), 'a.gz'))).toBe(
    'a.gz: expected a complete gzip stream, got one that is truncated after 100 bytes',
  );
  const corrupt = Uint8Array.from(whole);
  corrupt.fill(0xff, 12, 20);
  expect(messageOf(() => gunzip(corrupt, 'a.gz'))).toMatch(
    /^a\.gz: expected a complete gzip stream, got \d+ bytes that are corrupt \(invalid .+\)$/,
  );
});

test('streams behind each other are unzipped together, whatever length the last one says', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 1000 }), { minLength: 1 }), (parts) => {
      const zipped = Buffer.concat(parts.map((part) => gzipSync(part)));
      expect(Buffer.from(gunzip(zipped, 'x'))).toEqual(Buffer.concat(parts));
    }),
  );
});

test('a stream that says that it holds gigabytes is refused', () => {
  const zipped = gzipSync(Buffer.alloc(1000));
  zipped.writeUInt32LE(0xffffffff, zipped.length - 4);
  expect(messageOf(() => gunzip(zipped, 'x'))).toContain('incorrect length check');
});
