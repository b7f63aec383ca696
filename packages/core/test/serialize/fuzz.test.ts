import {
  type DType,
  decodeSafetensors,
  encodeSafetensors,
  FormatError,
  type Tensor,
  tensor,
} from '@kindling/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assemble, takeApart } from './reader.ts';

const shapes = fc.array(fc.nat(4), { maxLength: 3 });

const elements: { readonly [D in DType]: fc.Arbitrary<number> } = {
  float64: fc.double(),
  float32: fc.float(),
  int32: fc.integer(),
  uint8: fc.nat(255),
  bool: fc.nat(1),
};

const tensors = fc
  .record({ dtype: fc.constantFrom(...(Object.keys(elements) as DType[])), shape: shapes })
  .chain(({ dtype, shape }) => {
    const count = shape.reduce((a, b) => a * b, 1);
    return fc
      .array(elements[dtype], { minLength: count, maxLength: count })
      .map((values) => tensor(Float64Array.from(values), { dtype, shape }));
  });

const names = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((name) => name !== '__metadata__');
const named = fc.dictionary(names, tensors, { maxKeys: 6 });
const metadata = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), {
  maxKeys: 3,
});

const plain = (all: Readonly<Record<string, Tensor>>) =>
  new Map(Object.entries(all).map(([name, x]) => [name, [x.dtype, x.shape, x.data()]]));

test('what is written is read back, bit for bit', () => {
  fc.assert(
    fc.property(named, metadata, (given, text) => {
      const file = encodeSafetensors(given, text);
      const content = decodeSafetensors(file);
      expect(plain(content.tensors)).toEqual(plain(given));
      expect(new Map(Object.entries(content.metadata))).toEqual(new Map(Object.entries(text)));
      expect(encodeSafetensors(content.tensors, text)).toEqual(file);
    }),
  );
});

test('what is written follows the published layout', () => {
  fc.assert(
    fc.property(named, metadata, (given, text) => {
      const file = encodeSafetensors(given, text);
      const { dataStart, entries, bytesOf } = takeApart(file);
      expect(dataStart % 8).toBe(0);
      expect(Object.keys(entries).sort()).toEqual(Object.keys(given).sort());
      for (const [name, entry] of Object.entries(entries)) {
        const { buffer } = given[name]!.data();
        expect(bytesOf(entry)).toEqual(new Uint8Array(buffer));
        expect((dataStart + entry.data_offsets[0]) % given[name]!.itemSize).toBe(0);
      }
      const ends = Object.values(entries).map(({ data_offsets }) => data_offsets[1]);
      expect(dataStart + Math.max(0, ...ends)).toBe(file.length);
    }),
  );
});

/** Decodes, and tells whether the file was accepted; anything but a {@link FormatError} fails the test. */
function accepts(file: Uint8Array): boolean {
  try {
    decodeSafetensors(file);
    return true;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    expect(error.message).toMatch(/^safetensors: (tensor ".*: )?expected /s);
    return false;
  }
}

test('a file that is cut off or grown is refused', () => {
  fc.assert(
    fc.property(named, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 9 }), (given, position, tail) => {
      const file = encodeSafetensors(given);
      expect(accepts(file.subarray(0, position % file.length))).toBe(false);
      expect(accepts(Uint8Array.of(...file, ...tail))).toBe(false);
    }),
  );
});

test('changed bytes give another content or a FormatError, nothing else', () => {
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
  let refused = 0;
  fc.assert(
    fc.property(named, changes, (given, edits) => {
      const file = encodeSafetensors(given);
      const { dataStart } = takeApart(file);
      for (const [position, byte] of edits) file[position % Math.min(dataStart + 4, file.length)] = byte;
      if (!accepts(file)) refused++;
    }),
    { numRuns: 1000 },
  );
  expect(refused).toBeGreaterThan(500);
});

test('headers of any JSON give a content or a FormatError, nothing else', () => {
  const numbers = fc.oneof(fc.nat(40), fc.integer(), fc.double());
  const entry = fc.record(
    {
      dtype: fc.oneof(
        fc.constantFrom('F32', 'F64', 'F16', 'BF16', 'I64', 'I32', 'U8', 'BOOL'),
        fc.jsonValue(),
      ),
      shape: fc.oneof(fc.array(numbers, { maxLength: 3 }), fc.jsonValue()),
      data_offsets: fc.oneof(fc.tuple(numbers, numbers), fc.jsonValue()),
    },
    { requiredKeys: [] },
  );
  const header = fc.dictionary(fc.oneof(names, fc.constant('__metadata__')), fc.oneof(entry, fc.jsonValue()));
  fc.assert(
    fc.property(
      header,
      fc.uint8Array({ maxLength: 40 }),
      (value, data) => void accepts(assemble(value, data)),
    ),
    { numRuns: 1000 },
  );
});

test('any bytes give a content or a FormatError, nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void accepts(bytes)),
    { numRuns: 1000 },
  );
});
