import { FormatError, formatShape } from '../errors.ts';
import { numel } from '../shape.ts';
import { isStoredDType, layouts, type StoredDType } from './elements.ts';
import { repeatedKey } from './json-keys.ts';
import { located } from './located.ts';

/** A tensor as a safetensors header describes it; start and end are positions in the data behind the header. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: StoredDType;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

export interface Header {
  /** In the order of their data. */
  readonly entries: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the data starts in the file. */
  readonly dataStart: number;
}

/** The limit of the format's reference implementation. */
export const maxHeaderBytes = 100_000_000;

/** Bytes of the header's length, an unsigned little-endian integer. */
export const lengthBytes = 8;

export const metadataKey = '__metadata__';

const maxExcerpt = 100;

/** A piece of a file in a message: as JSON, and cut where it is long. */
export function excerpt(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(typeof value === 'string' ? value.slice(0, maxExcerpt) : value) ?? 'none';
  } catch {
    return 'a deeply nested value';
  }
  return text.length > maxExcerpt ? `${text.slice(0, maxExcerpt)}…` : text;
}

export const tensorNamed = (name: string): string => `tensor ${excerpt(name)}`;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const isSizes = (value: unknown): value is number[] => Array.isArray(value) && value.every(isSize);

function headerText(bytes: Uint8Array): { readonly text: string; readonly dataStart: number } {
  if (bytes.length < lengthBytes) {
    throw new FormatError(`expected ${lengthBytes} bytes for the length of the header, got ${bytes.length}`);
  }
  const declared = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (declared > maxHeaderBytes) {
    throw new FormatError(
      `expected a header of at most ${maxHeaderBytes} bytes, got a length of ${declared}`,
    );
  }
  const dataStart = lengthBytes + Number(declared);
  if (dataStart > bytes.length) {
    throw new FormatError(
      `expected a header of ${declared} bytes, got ${bytes.length - lengthBytes} before the end of the file`,
    );
  }
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return { text: decoder.decode(bytes.subarray(lengthBytes, dataStart)), dataStart };
  } catch {
    throw new FormatError('expected a UTF-8 header, got invalid bytes');
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  if (!text.startsWith('{')) {
    throw new FormatError(`expected a header that begins with {, got ${excerpt(text.slice(0, 1))}`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new FormatError(`expected a header in JSON, got ${error instanceof Error ? error.message : error}`);
  }
  const repeated = repeatedKey(text);
  if (repeated !== undefined) {
    throw new FormatError(`expected each name once in the header, got ${excerpt(repeated)} twice`);
  }
  return parsed as Readonly<Record<string, unknown>>;
}

function parseMetadata(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (!isObject(value)) {
    throw new FormatError(`expected ${metadataKey} to map names to strings, got ${excerpt(value)}`);
  }
  const entries = Object.entries(value).map(([key, text]): [string, string] => {
    if (typeof text === 'string') return [key, text];
    throw new FormatError(`expected a string for ${metadataKey} ${excerpt(key)}, got ${excerpt(text)}`);
  });
  return Object.fromEntries(entries);
}

function parseEntry(name: string, value: unknown): TensorEntry {
  if (!isObject(value)) throw new FormatError(`expected an object, got ${excerpt(value)}`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isStoredDType(dtype)) {
    const known = Object.keys(layouts).join(', ');
    throw new FormatError(`expected dtype to be one of ${known}, got ${excerpt(dtype)}`);
  }
  if (!isSizes(shape)) {
    throw new FormatError(`expected shape to be an array of sizes, got ${excerpt(shape)}`);
  }
  const needed = numel(shape) * layouts[dtype].bytes;
  if (!Number.isSafeInteger(needed)) {
    throw new FormatError(`expected a shape of less than 2^53 bytes, got ${excerpt(shape)}`);
  }
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    throw new FormatError(`expected data_offsets to be [start, end], got ${excerpt(offsets)}`);
  }
  const [start, end] = offsets as [number, number];
  if (end - start !== needed) {
    throw new FormatError(
      `expected ${needed} bytes for ${dtype} of shape ${formatShape(shape)}, got ${end - start} in data_offsets ${formatShape(offsets)}`,
    );
  }
  return { name, dtype, shape, start, end };
}

/** Throws unless the tensors, in the order of their data, fill it without gap or overlap. */
function checkCoverage(entries: readonly TensorEntry[], dataBytes: number): void {
  let covered = 0;
  let before: string | undefined;
  for (const { name, start, end } of entries) {
    const offsets = (): string => formatShape([start, end]);
    if (end > dataBytes) {
      throw new FormatError(
        `${tensorNamed(name)}: expected data_offsets within ${dataBytes} bytes of data, got ${offsets()}`,
      );
    }
    if (start !== covered) {
      const problem = start < covered ? 'an overlap' : 'a gap';
      const previous = before === undefined ? 'the header' : tensorNamed(before);
      throw new FormatError(
        `${tensorNamed(name)}: expected data_offsets from ${covered} on, behind ${previous}, got ${offsets()}: ${problem}`,
      );
    }
    covered = end;
    before = name;
  }
  if (covered !== dataBytes) {
    throw new FormatError(`expected ${covered} bytes of data, got ${dataBytes}`);
  }
}

/** Reads and checks the header of a whole safetensors file. Throws {@link FormatError}. */
export function readHeader(bytes: Uint8Array): Header {
  const { text, dataStart } = headerText(bytes);
  const { [metadataKey]: metadata, ...tensors } = parseObject(text);
  const entries = Object.entries(tensors)
    .map(([name, value]) =>
      located(
        () => tensorNamed(name),
        () => parseEntry(name, value),
      ),
    )
    .sort((a, b) => a.start - b.start || a.end - b.end);
  checkCoverage(entries, bytes.length - dataStart);
  return { entries, metadata: parseMetadata(metadata), dataStart };
}

/** The header as JSON, with spaces behind it up to a multiple of 8 bytes. */
export function writeHeader(
  entries: readonly TensorEntry[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const described = entries.map(
    ({ name, dtype, shape, start, end }) => [name, { dtype, shape, data_offsets: [start, end] }] as const,
  );
  const members =
    Object.keys(metadata).length > 0 ? [[metadataKey, metadata] as const, ...described] : described;
  const text = members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',');
  const json = new TextEncoder().encode(`{${text}}`);
  const padded = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(0x20);
  padded.set(json);
  return padded;
}
