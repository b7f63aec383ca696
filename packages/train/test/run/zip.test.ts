import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { createRun } from '../../src/logger/create-run.ts';
import { RunError } from '../../src/run/run-folder.ts';
import { zip } from '../../src/run/zip.ts';
import { zipRun } from '../../src/run/zip-run.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** The files of an archive by its directory, which has to agree with what stands before each file. */
function filesOf(archive: Uint8Array): Record<string, Uint8Array> {
  const bytes = Buffer.from(archive);
  const end = bytes.length - 22;
  expect(bytes.readUInt32LE(end)).toBe(0x06054b50);
  const files: Record<string, Uint8Array> = {};
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    expect(bytes.readUInt32LE(at)).toBe(0x02014b50);
    const [size, nameLength] = [bytes.readUInt32LE(at + 24), bytes.readUInt16LE(at + 28)];
    const offset = bytes.readUInt32LE(at + 42);
    expect(bytes.subarray(offset + 4, offset + 30)).toEqual(bytes.subarray(at + 6, at + 32));
    const start = offset + 30 + nameLength;
    const content = bytes.subarray(start, start + size);
    expect(bytes.readUInt32LE(at + 16)).toBe(crc32(content));
    files[bytes.toString('utf8', at + 46, at + 46 + nameLength)] = Uint8Array.from(content);
    at += 46 + nameLength;
  }
  expect(at).toBe(end);
  return files;
}

test('an archive holds files by their paths, with the checksums of zlib; the same files give the same bytes', () => {
  const files = [
    { path: 'run/events.jsonl', bytes: new TextEncoder().encode('{"type":"step"}\n') },
    { path: 'run/높이', bytes: new Uint8Array(70_000).fill(7) },
    { path: 'run/empty', bytes: new Uint8Array() },
  ];
  const archive = zip(files);
  expect(filesOf(archive)).toEqual(Object.fromEntries(files.map(({ path, bytes }) => [path, bytes])));
  expect(zip(files)).toEqual(archive);
});

test('the archive of a run is its folder, without what the process that trains has for itself', async () => {
  const runs = mkdtempSync(join(tmpdir(), 'kindling-zip-'));
  folders.push(runs);
  const run = await createRun({ name: 'xor', dir: runs, config: { lr: 1 } });
  run.log(0, { loss: 1 });
  run.flush();
  writeFileSync(join(run.path, '.summary.json.tmp'), 'half');
  const files = filesOf(await zipRun(run.path));
  expect(Object.keys(files)).toEqual(['xor/config.json', 'xor/events.jsonl', 'xor/summary.json']);
  expect(Buffer.from(files['xor/events.jsonl']!)).toEqual(readFileSync(join(run.path, 'events.jsonl')));
  run.finish();
});

test('a folder without a run is refused', async () => {
  await expect(zipRun(tmpdir())).rejects.toThrow(RunError);
});
