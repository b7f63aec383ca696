/**
 * An image of at most 256 colours as a PNG in a `data:` URI, without a dependency and without compression.
 * Source: Portable Network Graphics (PNG) Specification (Third Edition), https://www.w3.org/TR/png-3/; RFC 1950, 1951.
 *
 * @param indices row after row from the top, each the index of a colour
 * @param palette colours `#rrggbb`; an index beyond them is transparent
 */
export function indexedPng(
  width: number,
  height: number,
  indices: Uint8Array,
  palette: readonly string[],
): string {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 3, 0, 0, 0], 8);
  const colors = new Uint8Array(3 * (palette.length + 1));
  for (const [i, color] of palette.entries()) {
    for (let c = 0; c < 3; c++) colors[3 * i + c] = Number.parseInt(color.slice(1 + 2 * c, 3 + 2 * c), 16);
  }
  const alpha = new Uint8Array(palette.length + 1).fill(255);
  alpha[palette.length] = 0;
  const rows = new Uint8Array(height * (width + 1));
  for (let y = 0; y < height; y++) {
    rows.set(indices.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  }
  const chunks = [
    new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', colors),
    chunk('tRNS', alpha),
    chunk('IDAT', stored(rows)),
    chunk('IEND', new Uint8Array(0)),
  ];
  return `data:image/png;base64,${base64(chunks)}`;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}

const maxBlockLength = 0xffff;

/** A zlib stream of stored blocks. */
function stored(data: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(data.length / maxBlockLength));
  const bytes = new Uint8Array(data.length + 5 * blocks + 6);
  const view = new DataView(bytes.buffer);
  bytes.set([0x78, 0x01]);
  let at = 2;
  for (let block = 0; block < blocks; block++) {
    const part = data.subarray(block * maxBlockLength, (block + 1) * maxBlockLength);
    bytes[at] = block === blocks - 1 ? 1 : 0;
    view.setUint16(at + 1, part.length, true);
    view.setUint16(at + 3, ~part.length & 0xffff, true);
    bytes.set(part, at + 5);
    at += 5 + part.length;
  }
  view.setUint32(at, adler32(data));
  return bytes;
}

function adler32(data: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of data) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(data: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of data) value = crcTable[(value ^ byte) & 0xff]! ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

function base64(parts: readonly Uint8Array[]): string {
  let text = '';
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 0x2000) {
      text += String.fromCharCode(...part.subarray(at, at + 0x2000));
    }
  }
  return btoa(text);
}
