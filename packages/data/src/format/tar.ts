import { DataError } from '../data-error.ts';

const BLOCK = 512;

/** Where the fields of a header are. */
const fields = {
  name: [0, 100],
  size: [124, 12],
  checksum: [148, 8],
  type: [156, 1],
  prefix: [345, 155],
} as const;

/**
 * The regular files of a tar archive, by the last part of their names.
 *
 * @throws DataError for a header that is damaged, and a file that ends early. `place` names the archive in it.
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html ("ustar Interchange Format")
 */
export function parseTar(bytes: Uint8Array, place: string): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const fail = (expected: string, got: string): never => {
    throw new DataError({ place, expected, got });
  };
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK);
    // Two blocks of zeros end an archive.
    if (header.every((byte) => byte === 0)) return files;
    const text = ([start, length]: readonly [number, number]): string =>
      String.fromCharCode(...header.subarray(start, start + length)).replace(/\0.*$/s, '');
    const [first, width] = fields.checksum;
    const sum = header.reduce((total, byte, i) => total + (i >= first && i < first + width ? 32 : byte), 0);
    if (Number.parseInt(text(fields.checksum), 8) !== sum) {
      fail('a tar archive', `a header at byte ${at} with another checksum`);
    }
    const size = Number.parseInt(text(fields.size), 8);
    const start = at + BLOCK;
    if (!(size >= 0)) fail('a tar archive', `a file at byte ${at} without a length`);
    if (start + size > bytes.length) {
      fail(
        `${size} bytes of ${text(fields.name)}`,
        `an archive that is truncated after ${bytes.length} bytes`,
      );
    }
    const isFile = ['', '0'].includes(text(fields.type));
    if (isFile) files.set(text(fields.name).replace(/^.*\//s, ''), bytes.subarray(start, start + size));
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return fail('a tar archive', `one that is truncated after ${bytes.length} bytes`);
}
