import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ArgumentError,
  decodeSafetensors,
  FormatError,
  KindlingError,
  loadSafetensors,
} from '@kindling/core';
import { describe, expect, test } from 'vitest';
import { assemble } from './reader.ts';

/** One tensor of each dtype of the format, in an order that leaves the wide ones unaligned, by its bytes and its values. */
const stored = [
  { name: 'bool', dtype: 'BOOL', bytes: [1], values: [1] },
  {
    name: 'double',
    dtype: 'F64',
    bytes: [...new Uint8Array(Float64Array.of(Math.PI).buffer)],
    values: [Math.PI],
  },
  { name: 'byte', dtype: 'U8', bytes: [255], values: [255] },
  {
    name: 'float',
    dtype: 'F32',
    bytes: [...new Uint8Array(Float32Array.of(1.5, -2).buffer)],
    values: [1.5, -2],
  },
  { name: 'half', dtype: 'F16', bytes: [0x00, 0x3c], values: [1] },
  { name: 'byte2', dtype: 'U8', bytes: [7], values: [7] },
  { name: 'brain', dtype: 'BF16', bytes: [0x80, 0x3f], values: [1] },
  { name: 'int', dtype: 'I32', bytes: [...new Uint8Array(Int32Array.of(-9).buffer)], values: [-9] },
  { name: 'long', dtype: 'I64', bytes: [...new Uint8Array(BigInt64Array.of(-5n).buffer)], values: [-5] },
] as const;

/** A file of them, whose header is made longer by spaces. */
function file(spaces: number): Uint8Array {
  const data = stored.flatMap(({ bytes }) => [...bytes]);
  let end = 0;
  const header = Object.fromEntries(
    stored.map(({ name, dtype, bytes, values }) => {
      const start = end;
      end += bytes.length;
      return [name, { dtype, shape: [values.length], data_offsets: [start, end] }];
    }),
  );
  return assemble(JSON.stringify(header) + ' '.repeat(spaces), Uint8Array.from(data));
}

function expectContent(bytes: Uint8Array): void {
  const { tensors } = decodeSafetensors(bytes);
  for (const { name, values } of stored) expect([...tensors[name]!.data()], name).toEqual([...values]);
}

describe.each([0, 1, 2, 3, 4, 5, 6, 7])('a header with %i spaces behind it', (spaces) => {
  const bytes = file(spaces);

  test('is read from a Uint8Array, a Buffer, and views that begin anywhere', () => {
    expectContent(bytes);
    expectContent(Buffer.from(bytes));
    for (let shift = 1; shift < 9; shift++) {
      const around = new Uint8Array(bytes.length + 20);
      around.set(bytes, shift);
      expectContent(around.subarray(shift, shift + bytes.length));
      expectContent(Buffer.from(around.buffer, shift, bytes.length));
    }
  });

  test('is read from a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kindling-safetensors-'));
    try {
      await writeFile(join(folder, 'a.safetensors'), bytes);
      const { tensors } = await loadSafetensors(join(folder, 'a.safetensors'));
      expect([...tensors.float!.data()]).toEqual([1.5, -2]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

test('tensors do not share memory with the file', () => {
  const bytes = Buffer.from(file(3));
  const { tensors } = decodeSafetensors(bytes);
  bytes.fill(0);
  expect([...tensors.float!.data(), ...tensors.byte!.data()]).toEqual([1.5, -2, 255]);
});

describe('large headers', () => {
  test('of many empty tensors are read', () => {
    const count = 50_000;
    const header = Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`t${i}`, { dtype: 'F32', shape: [0], data_offsets: [0, 0] }]),
    );
    expect(Object.keys(decodeSafetensors(assemble(header)).tensors)).toHaveLength(count);
  });

  test.each([
    ['nested deeply', `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
    ['with a name full of escapes', `{"${'\\n'.repeat(10_000_000)}":1}`],
    ['with a long shape', `{"a":{"dtype":"F32","shape":[${'1,'.repeat(1e6)}1],"data_offsets":[0,8]}}`],
    ['with a long string', `{"a":"${'x'.repeat(1e6)}"}`],
    ['with a long word that is no JSON', `{${'x'.repeat(1e6)}}`],
  ])('%s: a short FormatError', (_, header) => {
    const bytes = assemble(header);
    expect(() => decodeSafetensors(bytes)).toThrow(FormatError);
    try {
      decodeSafetensors(bytes);
    } catch (error) {
      expect((error as Error).message.length).toBeLessThan(500);
    }
  });
});

test.each([[undefined], ['text'], [{}], [[1, 2]], [randomBytes(9).buffer]])(
  'what is no Uint8Array is refused: %j',
  (value) => {
    expect(() => Reflect.apply(decodeSafetensors, undefined, [value])).toThrow(ArgumentError);
  },
);

test.runIf(process.platform === 'linux')('what never ends is not read', async () => {
  await expect(loadSafetensors('/dev/zero')).rejects.toThrow(KindlingError);
  await expect(loadSafetensors('/dev/zero')).rejects.toThrow(
    'loadSafetensors: cannot read /dev/zero: a pipe or a device',
  );
});
