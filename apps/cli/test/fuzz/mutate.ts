/** Random numbers in [0, 1) from a seed: mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Sizes and positions that readers are not written for. */
const extremes = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

const maxLength = 1 << 16;

/** A file with a few changes: bytes that differ, parts that are gone, doubled or from another file, sizes that are extreme. */
export function mutated(files: readonly Uint8Array[], random: () => number): Uint8Array {
  const whole = (below: number): number => Math.floor(random() * below);
  let bytes = Buffer.from(files[whole(files.length)]!);
  for (let change = whole(4); change >= 0; change--) {
    const at = whole(bytes.length + 1);
    const end = Math.min(bytes.length, at + 1 + whole(random() < 0.5 ? 8 : 64));
    const [before, part, after] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
    const kinds: readonly (() => Uint8Array)[] = [
      () => part.map((byte) => byte ^ (1 << whole(8))),
      () => part.map(() => whole(256)),
      () => new Uint8Array(),
      () => Buffer.concat([part, part]),
      () => Buffer.concat([Buffer.from(Array.from({ length: 1 + whole(8) }, () => whole(256))), part]),
      () => {
        const other = files[whole(files.length)]!;
        const from = whole(other.length);
        return other.subarray(from, from + 1 + whole(64));
      },
      () => {
        const size = Buffer.alloc(4);
        const value = extremes[whole(extremes.length)]!;
        if (random() < 0.5) size.writeUInt32BE(value);
        else size.writeUInt32LE(value);
        return Buffer.concat([size, part.subarray(Math.min(4, part.length))]);
      },
      () => Buffer.from(words[whole(words.length)]!),
    ];
    bytes = Buffer.concat([
      before,
      kinds[whole(kinds.length)]!(),
      random() < 0.05 ? new Uint8Array() : after,
    ]);
    if (bytes.length > maxLength) bytes = bytes.subarray(0, maxLength);
  }
  // In memory of its own, or somewhere in the memory of others, as a Buffer mostly is.
  return random() < 0.5 ? new Uint8Array(bytes) : bytes;
}

/** Pieces of text that mean something to one of the readers. */
const words = [
  '{',
  '}',
  '[',
  ']',
  '[[[[',
  '":',
  ',',
  '"',
  '\\',
  '\\u0000',
  '__proto__',
  'constructor',
  'null',
  '-0',
  '1e999',
  '1e39',
  '.5',
  'NaN',
  '\n',
  '\r',
  '\r\n',
  ';',
  '\t',
  '"\n"',
  '\ufeff',
  '\u001b[31m',
  '999999999999999999999',
  '-1',
  '2.5',
  '#',
  'P2 ',
  'P5 ',
  'IDAT',
  'IHDR',
  'PLTE',
  'tRNS',
  'F32',
  'BF16',
  '"shape":[',
  '"data_offsets":[0,',
  ' ',
];
