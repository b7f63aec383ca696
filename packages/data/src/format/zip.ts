import { inflateRaw, readRange, sizeOf } from '#host';
import { DataError } from '../data-error.ts';

/** Marks of the parts of an archive, and their lengths without what varies. */
const END = { mark: 0x06054b50, length: 22 } as const;
const ENTRY = { mark: 0x02014b50, length: 46 } as const;
const LOCAL = { mark: 0x04034b50, length: 30 } as const;

/** A comment may stand behind the end. */
const MAX_COMMENT = 65_535;

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * The bytes of a file in a zip archive, of which no more is read than that needs.
 *
 * @param name the last part of its name.
 * @param maxBytes a file that holds more is refused.
 * @throws DataError for an archive that is damaged, and one without the file.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export async function readZipEntry(path: string, name: string, maxBytes: number): Promise<Uint8Array> {
  const size = await sizeOf(path);
  const fail = (expected: string, got: string): never => {
    throw new DataError({ place: path, expected, got });
  };
  const part = async (start: number, length: number): Promise<DataView> => {
    if (start + length > size) fail('a zip archive', `one that is truncated after ${size} bytes`);
    return viewOf(await readRange(path, start, start + length));
  };
  const tailStart = Math.max(0, size - END.length - MAX_COMMENT);
  const tail = await part(tailStart, size - tailStart);
  let end = tail.byteLength - END.length;
  while (end >= 0 && tail.getUint32(end, true) !== END.mark) end--;
  if (end < 0) fail('a zip archive', 'a file without its end');
  const directory = await part(tail.getUint32(end + 16, true), tail.getUint32(end + 12, true));
  for (
    let at = 0;
    at + ENTRY.length <= directory.byteLength && directory.getUint32(at, true) === ENTRY.mark;
  ) {
    const lengths = [28, 30, 32].map((field) => directory.getUint16(at + field, true)) as [
      number,
      number,
      number,
    ];
    if (at + ENTRY.length + lengths[0] > directory.byteLength)
      fail('a zip archive', `a name of ${lengths[0]} bytes that leaves its directory`);
    const text = new Uint8Array(directory.buffer, directory.byteOffset + at + ENTRY.length, lengths[0]);
    const found = new TextDecoder().decode(text).replace(/^.*\//s, '');
    if (found === name) {
      const method = directory.getUint16(at + 10, true);
      const packedBytes = directory.getUint32(at + 20, true);
      const bytes = directory.getUint32(at + 24, true);
      const start = directory.getUint32(at + 42, true);
      if (bytes > maxBytes) fail(`${name} of at most ${maxBytes} bytes`, `${bytes}`);
      const local = await part(start, LOCAL.length);
      if (local.getUint32(0, true) !== LOCAL.mark) fail(`${name} at byte ${start}`, 'other bytes');
      const skipped = LOCAL.length + local.getUint16(26, true) + local.getUint16(28, true);
      const packed = await part(start + skipped, packedBytes);
      const content = new Uint8Array(packed.buffer, packed.byteOffset, packed.byteLength);
      if (method === 0) return content;
      if (method !== 8) fail(`${name} stored or deflated`, `method ${method}`);
      return inflateRaw(content, `${path}, ${name}`, bytes);
    }
    at += ENTRY.length + lengths[0] + lengths[1] + lengths[2];
  }
  return fail(`a file ${name} in it`, 'none');
}
