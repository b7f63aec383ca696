/** A tensor as it lies in a safetensors file. */
export interface StoredEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/**
 * Takes a file apart by the published layout alone: 8 bytes of little-endian header length, the header, the data.
 *
 * Source: https://huggingface.co/docs/safetensors/index#format
 */
export function takeApart(file: Uint8Array) {
  let length = 0n;
  for (let i = 7; i >= 0; i--) length = length * 256n + BigInt(file[i]!);
  const dataStart = 8 + Number(length);
  const text = new TextDecoder().decode(file.slice(8, dataStart));
  const { __metadata__: metadata, ...entries } = JSON.parse(text) as Record<string, StoredEntry> & {
    readonly __metadata__?: Record<string, string>;
  };
  const bytesOf = ({ data_offsets: [start, end] }: StoredEntry): Uint8Array =>
    file.slice(dataStart + start, dataStart + end);
  return { text, dataStart, metadata, entries: entries as Record<string, StoredEntry>, bytesOf };
}

/** A file with the given header, as JSON or as it is, and data. */
export function assemble(header: unknown, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setUint32(0, text.length, true);
  file.set(text, 8);
  file.set(data, 8 + text.length);
  return file;
}
