import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { pruneFolder } from './prune-folder.ts';

const LINE_END = 0x0a;

/** Most files that are kept in a folder, of all commands. */
const MAX_FILES = 32;

/** A file that holds more is none of these. */
const MAX_BYTES = 2 ** 26;

/**
 * The second line of the file, in JSON, behind the checksum of all that follows the first; what comes then is the code of the chunks,
 * one after the other.
 */
interface Header {
  readonly key: string;
  /** Name and number of bytes of each. */
  readonly chunks: readonly (readonly [name: string, length: number])[];
}

/**
 * What V8 made of chunks, kept between processes in a file. It is only as good as its key: sources are not compared. A file that is
 * not there, damaged, of another key or another user's holds nothing.
 */
export class CodeCache {
  readonly #file: string;
  readonly #key: string;
  readonly #chunks: ReadonlyMap<string, Buffer>;

  constructor(file: string, key: string) {
    this.#file = file;
    this.#key = key;
    this.#chunks = readChunks(file, key);
  }

  /** Of one chunk. */
  get(name: string): Buffer | undefined {
    return this.#chunks.get(name);
  }

  /**
   * Adds chunks to the file, which is replaced at once: of processes that end together, the last one's stays. Of other files in the folder
   * the newest stay. A folder that takes no files is left alone.
   */
  add(chunks: ReadonlyMap<string, Buffer>): void {
    const all = [...new Map([...this.#chunks, ...chunks])];
    const header: Header = { key: this.#key, chunks: all.map(([name, code]) => [name, code.length]) };
    const content = Buffer.concat([
      Buffer.from(`${JSON.stringify(header)}\n`),
      ...all.map(([, code]) => code),
    ]);
    const bytes = Buffer.concat([Buffer.from(`${crc32(content)}\n`), content]);
    const folder = dirname(this.#file);
    // A process of another host or container may have the same number, and the same folder.
    const temporary = `${this.#file}.${process.pid}-${process.hrtime.bigint()}.tmp`;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(temporary, bytes, { mode: 0o600, flag: 'wx' });
      renameSync(temporary, this.#file);
      pruneFolder(folder, MAX_FILES);
    } catch {
      try {
        rmSync(temporary, { force: true });
      } catch {
        // As above.
      }
    }
  }
}

function readChunks(file: string, key: string): ReadonlyMap<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  try {
    const [checksum, content] = cutLine(readOwn(file));
    if (Number(checksum) !== crc32(content)) return chunks;
    const [line, body] = cutLine(content);
    const header: Header = JSON.parse(line);
    if (header.key !== key) return chunks;
    let at = 0;
    for (const [name, length] of header.chunks) {
      chunks.set(name, body.subarray(at, at + length));
      at += length;
    }
  } catch {
    chunks.clear();
  }
  return chunks;
}

function cutLine(bytes: Buffer): [line: string, rest: Buffer] {
  const end = bytes.indexOf(LINE_END);
  return [bytes.toString('latin1', 0, end), bytes.subarray(end + 1)];
}

/** A pipe is opened without waiting for its other end. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** @throws for a file of another user, whose code this one does not run, and for what is no file. */
function readOwn(path: string): Buffer {
  const file = openSync(path, FLAGS);
  try {
    const stats = fstatSync(file);
    const owner = process.geteuid?.();
    if (owner !== undefined && stats.uid !== owner) throw new Error('a file of another user');
    if (!stats.isFile() || stats.size > MAX_BYTES) throw new Error('no file of this kind');
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}
