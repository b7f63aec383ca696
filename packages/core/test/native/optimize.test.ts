import { describe, expect, test } from 'vitest';
import type { BufferView, LoweredCall } from '../../src/backend/lowered-call.ts';
import { HostHeap } from '../../src/backend/native/host-heap.ts';
import { FUSED_BLOCK, FUSED_TEMPORARIES, optimize } from '../../src/backend/native/optimize.ts';
import { isBufferView } from '../../src/backend/passes/memory-use.ts';
import { callsOf } from '../../src/backend/passes/optimized-call.ts';
import { type DType, dtypes } from '../../src/dtype.ts';
import { contiguousStrides } from '../../src/shape.ts';

type Buffer = BufferView['storage'];

const buffer = (): Buffer => ({ handle: {} });
const place = (storage: Buffer, count: number, dtype: DType = 'float32', strides?: number[]): BufferView => ({
  storage,
  dtype,
  shape: [count],
  strides: strides ?? contiguousStrides([count]),
  offset: 0,
});

const unary = (out: BufferView, x: BufferView): LoweredCall => ({
  kind: 'unary',
  outputs: [out],
  inputs: [x],
  attributes: { op: 'exp', parameters: [] },
});

let address = 0;
const heap = new HostHeap((bytes) => {
  address += 2 ** 20 + bytes.length;
  return address;
});

const optimized = (calls: readonly LoweredCall[], ...outliving: Buffer[]) =>
  optimize(calls, (storage) => outliving.includes(storage), heap, {
    chunkOf: (rows) => rows,
    lineWidth: 0,
    tasks: 1,
  });

/** One element after another: x → b₀ → b₁ → … → y. */
function line(count: number, length: number, dtype: DType = 'float32') {
  const [x, y] = [buffer(), buffer()];
  const between = Array.from({ length: length - 1 }, buffer);
  const all = [x, ...between, y];
  const calls = Array.from({ length }, (_, i) =>
    unary(place(all[i + 1]!, count, dtype), place(all[i]!, count, dtype)),
  );
  return { calls, x, y };
}

const handles = (calls: ReturnType<typeof optimized>) =>
  calls
    .flatMap(callsOf)
    .map(({ outputs }) => outputs[0]!.storage.handle as { scratch?: number; address?: number });

describe('calls are fused', () => {
  const kinds = (calls: readonly LoweredCall[], ...outliving: Buffer[]): string[] =>
    optimized(calls, ...outliving).map((call) =>
      call.kind === 'fusedPointwise' ? `fused ${call.calls.length}` : call.kind,
    );

  test.each(['float32', 'float64'] as const)('of %s', (dtype) => {
    const { calls, x, y } = line(1000, 3, dtype);
    expect(kinds(calls, x, y)).toEqual(['fused 3']);
  });

  test('but not where the library has no loop for one', () => {
    const [a, b, c, d] = [buffer(), buffer(), buffer(), buffer()];
    const of = (dtype: DType) => [place(a, 9, dtype), place(b, 9, dtype), place(c, 9, dtype)] as const;
    const twice = (make: (out: BufferView, x: BufferView) => LoweredCall, out: DType, x: DType): string[] =>
      kinds([make(place(b, 9, out), place(a, 9, x)), make(place(c, 9, out), place(a, 9, x))], a, b, c);
    expect(twice(unary, 'float32', 'float32')).toEqual(['fused 2']);
    expect(twice(unary, 'int32', 'int32')).toEqual(['unary', 'unary']);
    expect(twice(unary, 'float64', 'float32')).toEqual(['unary', 'unary']);
    const copy = (out: BufferView, x: BufferView): LoweredCall => ({
      kind: 'copy',
      outputs: [out],
      inputs: [x],
      attributes: {},
    });
    expect(twice(copy, 'float32', 'bool')).toEqual(['fused 2']);
    const add = (out: BufferView, x: BufferView): LoweredCall => ({
      kind: 'binary',
      outputs: [out],
      inputs: [x, 2],
      attributes: { op: 'add' },
    });
    expect(twice(add, 'float32', 'float32')).toEqual(['fused 2']);
    expect(twice(add, 'bool', 'float32')).toEqual(['fused 2']);
    expect(twice(add, 'float64', 'float32')).toEqual(['binary', 'binary']);
    expect(twice(add, 'int32', 'int32')).toEqual(['binary', 'binary']);
    const numbers = (out: BufferView): LoweredCall => ({
      kind: 'binary',
      outputs: [out],
      inputs: [1, 2],
      attributes: { op: 'add' },
    });
    expect(twice(numbers, 'float32', 'float32')).toEqual(['binary', 'binary']);
    const backward = (out: BufferView, x: BufferView): LoweredCall => ({
      kind: 'activationBackward',
      outputs: [out],
      inputs: [x, x],
      attributes: { op: 'tanh', parameters: [] },
    });
    expect(twice(backward, 'float64', 'float64')).toEqual(['fused 2']);
    expect(twice(backward, 'float64', 'float32')).toEqual(['activationBackward', 'activationBackward']);
    const where = (condition: DType, choice: DType) => {
      const flags = place(d, 9, condition);
      return kinds(
        [of('float32')[1], of('float32')[2]].map((out) => ({
          kind: 'where' as const,
          outputs: [out],
          inputs: [flags, place(a, 9, choice), 3],
          attributes: {},
        })),
        a,
        b,
        c,
        d,
      );
    };
    expect(where('bool', 'float32')).toEqual(['fused 2']);
    expect(where('uint8', 'float32')).toEqual(['where', 'where']);
    expect(where('bool', 'float64')).toEqual(['where', 'where']);
  });
});

describe('results between the calls of a chain', () => {
  test('have scratch memory where a chain takes several blocks, turn by turn', () => {
    const { calls, x, y } = line(FUSED_BLOCK + 1, FUSED_TEMPORARIES + 4);
    const found = handles(optimized(calls, x, y));
    const scratch = found.slice(0, -1).map((handle) => handle.scratch!);
    expect(scratch.every((n) => n >= 0 && n < FUSED_TEMPORARIES)).toBe(true);
    expect(scratch.every((n, i) => n !== scratch[i + 1])).toBe(true);
    expect(found.at(-1)).toBe(y.handle);
  });

  test('have memory where one block takes all', () => {
    const { calls, x, y } = line(FUSED_BLOCK, 5);
    const found = handles(optimized(calls, x, y));
    expect(found.every((handle) => handle.scratch === undefined)).toBe(true);
    const own = found.slice(0, -1).map((handle) => handle.address);
    expect(own.every((at) => typeof at === 'number' && at % 64 === 0)).toBe(true);
    // A chain is one call: nothing of it is over before another begins.
    expect(new Set(own).size).toBe(own.length);
  });

  test('that somebody reads later keep memory of their own', () => {
    const { calls, x, y } = line(FUSED_BLOCK + 1, 3);
    const between = calls[0]!.outputs[0]!;
    const sum: LoweredCall = {
      kind: 'reduce',
      outputs: [place(buffer(), 1)],
      inputs: [between],
      attributes: { op: 'sum', outer: 1, length: FUSED_BLOCK + 1, inner: 1 },
    };
    const total = sum.outputs[0]!.storage;
    const found = handles(optimized([...calls, sum], x, y, total));
    expect(found[0]!.scratch).toBeUndefined();
    expect(found[1]!.scratch).toBe(0);
    const kept = handles(optimized(calls, x, y, between.storage));
    expect(kept[0]).toBe(between.storage.handle);
  });

  test('beyond the scratch memory that there is have memory, too', () => {
    const [x, y] = [buffer(), buffer()];
    const many = FUSED_TEMPORARIES + 2;
    const parts = Array.from({ length: many }, buffer);
    const count = FUSED_BLOCK + 1;
    const calls: LoweredCall[] = parts.map((part) => unary(place(part, count), place(x, count)));
    let sum = parts[0]!;
    for (const part of parts.slice(1, 12)) {
      const out = buffer();
      calls.push({
        kind: 'binary',
        outputs: [place(out, count)],
        inputs: [place(sum, count), place(part, count)],
        attributes: { op: 'add' },
      });
      sum = out;
    }
    calls.push(unary(place(y, count), place(sum, count)));
    for (const part of parts.slice(12)) calls.push(unary(place(buffer(), count), place(part, count)));
    const found = optimized(calls, x, y);
    for (const call of found.flatMap(callsOf)) {
      for (const operand of [...call.outputs, ...call.inputs].filter(isBufferView)) {
        const { scratch, address: at } = operand.storage.handle as { scratch?: number; address?: number };
        if (scratch !== undefined) expect(scratch).toBeLessThan(FUSED_TEMPORARIES);
        else expect(at !== undefined || operand.storage === x || operand.storage === y).toBe(true);
      }
    }
  });
});

test('buffers whose times are apart share memory as long as the longest needs', () => {
  const [x, y] = [buffer(), buffer()];
  const reduce = (out: BufferView, input: BufferView): LoweredCall => ({
    kind: 'reduce',
    outputs: [out],
    inputs: [input],
    attributes: { op: 'sum', outer: 1, length: input.shape[0]!, inner: 1 },
  });
  const [a, b, c] = [buffer(), buffer(), buffer()];
  const found = handles(
    optimized(
      [
        reduce(place(a, 1), place(x, 100)),
        reduce(place(b, 1), place(a, 1)),
        reduce(place(c, 1), place(b, 1)),
        reduce(place(y, 1), place(c, 1)),
      ],
      x,
      y,
    ),
  );
  expect(found[0]!.address).toBe(found[2]!.address);
  expect(found[0]!.address).not.toBe(found[1]!.address);
  expect(dtypes.float32.bytes).toBe(4);
});
