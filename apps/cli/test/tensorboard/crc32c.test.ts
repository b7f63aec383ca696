import { expect, test } from 'vitest';
import { crc32c, maskedCrc32c } from '../../src/tensorboard/crc32c.ts';

// https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4
test.each([
  ['32 zeros', new Uint8Array(32), 0x8a9136aa],
  ['32 ones', new Uint8Array(32).fill(255), 0x62a8ab43],
  ['0 to 31', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ['31 to 0', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
  ['nothing', new Uint8Array(), 0],
])('the checksum of %s', (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});

test('a masked checksum is rotated, and has a constant added', () => {
  expect(maskedCrc32c(new Uint8Array())).toBe(0xa282ead8);
  const rotated = ((0x8a9136aa >>> 15) | (0x8a9136aa << 17)) >>> 0;
  expect(maskedCrc32c(new Uint8Array(32))).toBe((rotated + 0xa282ead8) % 2 ** 32);
});
