import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Unpacks an archive whose files are not compressed, by its directory. */
export function unzip(archive, folder) {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const [size, nameLength] = [archive.readUInt32LE(at + 20), archive.readUInt16LE(at + 28)];
    const file = join(folder, archive.toString('utf8', at + 46, at + 46 + nameLength));
    const start = archive.readUInt32LE(at + 42) + 30 + nameLength;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, archive.subarray(start, start + size));
    at += 46 + nameLength;
  }
}
