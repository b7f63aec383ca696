import {
  ArgumentError,
  decodeSafetensors,
  encodeSafetensors,
  manualSeed,
  nn,
  ones,
  scope,
  tensor,
  zeros,
} from '@kindling/core';
import { describe, expect, test } from 'vitest';
import { assemble, takeApart } from './reader.ts';

describe('the bytes', () => {
  /** What safetensors 0.8.0, the reference implementation, writes for these tensors. */
  const reference =
    '{"__metadata__":{"k":"v\\""},' +
    '"c":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},' +
    '"0":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},' +
    '"b":{"dtype":"F32","shape":[3],"data_offsets":[12,24]},' +
    '"s":{"dtype":"F32","shape":[],"data_offsets":[24,28]},' +
    '"v":{"dtype":"F32","shape":[2,2],"data_offsets":[28,44]},' +
    '"é\\"\\n":{"dtype":"F32","shape":[0,3],"data_offsets":[44,44]},' +
    '"a":{"dtype":"I32","shape":[2],"data_offsets":[44,52]},' +
    '"u":{"dtype":"U8","shape":[3],"data_offsets":[52,55]},' +
    '"t":{"dtype":"BOOL","shape":[3],"data_offsets":[55,58]}}';
  const referenceData =
    '182d4454fb210940' +
    '0000803f' +
    '0000c03f000000800000c07f' +
    '00008040' +
    '0000803f000040400000004000008040' +
    '01000000f9ffffff' +
    '0102ff' +
    '010001';

  const file = encodeSafetensors(
    {
      b: tensor([1.5, -0, Number.NaN]),
      a: tensor([1, -7], { dtype: 'int32' }),
      c: tensor([Math.PI], { dtype: 'float64' }),
      u: tensor([1, 2, 255], { dtype: 'uint8' }),
      t: tensor([true, false, true]),
      'é"\n': zeros([0, 3]),
      s: tensor(4),
      v: tensor([
        [1, 2],
        [3, 4],
      ]).t(),
      '0': ones([1]),
    },
    { k: 'v"' },
  );

  test("are the reference implementation's", () => {
    const { text, dataStart } = takeApart(file);
    expect(text).toBe(reference.padEnd(Math.ceil(Buffer.byteLength(reference) / 8) * 8 - 1));
    expect(dataStart % 8).toBe(0);
    expect(Buffer.from(file.subarray(dataStart)).toString('hex')).toBe(referenceData);
  });

  test('do not depend on the order of the names', () => {
    const [a, b] = [ones([2]), tensor([3], { dtype: 'int32' })];
    expect(encodeSafetensors({ a, b })).toEqual(encodeSafetensors({ b, a }));
  });

  test('of nothing are an empty header', () => {
    expect(Buffer.from(encodeSafetensors({})).toString('latin1')).toBe('\b\0\0\0\0\0\0\0{}      ');
    expect(decodeSafetensors(encodeSafetensors({}))).toEqual({ tensors: {}, metadata: {} });
  });
});

describe('a module', () => {
  const build = () =>
    new nn.Sequential(new nn.Linear(2, 3), new nn.BatchNorm1d(3), new nn.ReLU(), new nn.Linear(3, 1));

  test('comes back from its file', () => {
    manualSeed(0);
    const model = build();
    const x = tensor([
      [1, 2],
      [3, -1],
    ]);
    model.forward(x);
    const { tensors } = decodeSafetensors(encodeSafetensors(model.stateDict()));
    const copy = build();
    copy.loadStateDict(tensors);
    expect(copy.eval().forward(x).toArray()).toEqual(model.eval().forward(x).toArray());
    expect(takeApart(encodeSafetensors(model.stateDict())).entries['1.num_batches_tracked']).toEqual({
      dtype: 'I32',
      shape: [],
      data_offsets: [100, 104],
    });
  });

  test('that PyTorch saved loads: its names, and its counter in I64', () => {
    const floats = (count: number, start: number) =>
      Float32Array.from({ length: count }, (_, i) => start + i / 8);
    const parts: readonly (readonly [string, string, readonly number[], Float32Array | BigInt64Array])[] = [
      ['1.num_batches_tracked', 'I64', [], BigInt64Array.of(12n)],
      ['0.bias', 'F32', [3], floats(3, 1)],
      ['0.weight', 'F32', [3, 2], floats(6, 2)],
      ['1.bias', 'F32', [3], floats(3, 3)],
      ['1.running_mean', 'F32', [3], floats(3, 4)],
      ['1.running_var', 'F32', [3], floats(3, 5)],
      ['1.weight', 'F32', [3], floats(3, 6)],
      ['3.bias', 'F32', [1], floats(1, 7)],
      ['3.weight', 'F32', [1, 3], floats(3, 8)],
    ];
    let end = 0;
    const header = parts.map(([name, dtype, shape, { byteLength }]) => {
      const start = end;
      end += byteLength;
      return [name, { dtype, shape, data_offsets: [start, end] }];
    });
    const data = Buffer.concat(parts.map(([, , , { buffer }]) => new Uint8Array(buffer)));
    const file = assemble({ __metadata__: { format: 'pt' }, ...Object.fromEntries(header) }, data);
    const model = build();
    const { tensors, metadata } = decodeSafetensors(file);
    model.loadStateDict(tensors);
    expect(metadata).toEqual({ format: 'pt' });
    expect(model.stateDict()['1.num_batches_tracked']?.item()).toBe(12);
    expect(model.stateDict()['3.weight']?.toArray()).toEqual([[8, 8.125, 8.25]]);
    expect(model.stateDict()['0.weight']?.toArray()).toEqual([
      [2, 2.125],
      [2.25, 2.375],
      [2.5, 2.625],
    ]);
  });
});

describe('dtypes that are only read', () => {
  const decodeOne = (dtype: string, elements: Uint16Array | BigInt64Array) => {
    const header = { x: { dtype, shape: [elements.length], data_offsets: [0, elements.byteLength] } };
    return decodeSafetensors(assemble(header, new Uint8Array(elements.buffer))).tensors.x!;
  };

  test('F16 becomes float32', () => {
    const x = decodeOne(
      'F16',
      Uint16Array.of(0x3e00, 0x8000, 0x7bff, 0x0001, 0x8400, 0x7c00, 0xfc00, 0x7e00),
    );
    expect(x.dtype).toBe('float32');
    const [infinity, nan] = [Number.POSITIVE_INFINITY, Number.NaN];
    expect(x.toArray()).toEqual([1.5, -0, 65504, 2 ** -24, -(2 ** -14), infinity, -infinity, nan]);
  });

  test('BF16 becomes float32', () => {
    const x = decodeOne('BF16', Uint16Array.of(0x3fc0, 0x8000, 0xff7f, 0x0001, 0x7f80, 0x7fc0));
    expect(x.dtype).toBe('float32');
    expect(x.toArray()).toEqual([
      1.5,
      -0,
      -3.3895313892515355e38,
      2 ** -133,
      Number.POSITIVE_INFINITY,
      Number.NaN,
    ]);
  });

  test('I64 becomes int32', () => {
    const x = decodeOne('I64', BigInt64Array.of(-(2n ** 31n), 0n, 2n ** 31n - 1n));
    expect([x.dtype, x.toArray()]).toEqual(['int32', [-(2 ** 31), 0, 2 ** 31 - 1]]);
  });
});

test('BOOL bytes other than 0 are true', () => {
  const header = { x: { dtype: 'BOOL', shape: [3], data_offsets: [0, 3] } };
  expect(decodeSafetensors(assemble(header, Uint8Array.of(0, 1, 7))).tensors.x?.toArray()).toEqual([
    false,
    true,
    true,
  ]);
});

test('tensors own their memory, wherever the bytes lie', () => {
  const file = encodeSafetensors({ x: tensor([1, 2]), y: tensor([3], { dtype: 'float64' }) });
  const shifted = new Uint8Array(file.length + 3);
  shifted.set(file, 3);
  const { tensors } = decodeSafetensors(shifted.subarray(3));
  shifted.fill(0);
  expect([tensors.x?.toArray(), tensors.y?.toArray()]).toEqual([[1, 2], [3]]);
});

test('what is decoded in a scope and returned from it lives on', () => {
  const file = encodeSafetensors({ x: tensor([1, 2]) });
  expect(scope(() => decodeSafetensors(file)).tensors.x?.toArray()).toEqual([1, 2]);
});

test('names that objects inherit are names like others', () => {
  const given = Object.fromEntries([
    ['__proto__', ones([1])],
    ['constructor', zeros([1])],
  ]);
  const { tensors, metadata } = decodeSafetensors(
    encodeSafetensors(given, Object.fromEntries([['__proto__', 'text']])),
  );
  expect(Object.keys(tensors).sort()).toEqual(['__proto__', 'constructor']);
  expect(Object.entries(metadata)).toEqual([['__proto__', 'text']]);
});

test('what a file cannot hold is refused', () => {
  expect(() => encodeSafetensors({ __metadata__: ones([1]) })).toThrow(
    new ArgumentError('encodeSafetensors: expected a tensor name other than __metadata__'),
  );
  expect(() => encodeSafetensors({ 'a\ud800': ones([1]) })).toThrow(
    new ArgumentError('encodeSafetensors: expected a tensor name to be well-formed Unicode, got "a\\ud800"'),
  );
  expect(() => encodeSafetensors({}, { '\udc00': 'x' })).toThrow(ArgumentError);
  expect(() => encodeSafetensors({}, { x: '\udc00' })).toThrow(ArgumentError);
  expect(() => encodeSafetensors({}, JSON.parse('{"epoch":3}'))).toThrow(
    new ArgumentError('encodeSafetensors: expected metadata "epoch" to be a string, got 3'),
  );
  const gone = ones([1]);
  gone.dispose();
  expect(() => encodeSafetensors({ gone })).toThrow(ArgumentError);
});

test('a header over the limit of the format is refused before it is written', () => {
  expect(() => encodeSafetensors({}, { log: 'x'.repeat(100_000_000) })).toThrow(
    new ArgumentError('encodeSafetensors: expected a header of at most 100000000 bytes, got 100000032'),
  );
}, 60_000);

test('metadata of many megabytes go through', () => {
  const log = 'a "quoted" line\\\n'.repeat(500_000);
  expect(decodeSafetensors(encodeSafetensors({}, { log })).metadata.log).toBe(log);
});
