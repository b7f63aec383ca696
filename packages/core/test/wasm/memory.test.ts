import { setTimeout } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { Storage } from '../../src/backend/backend.ts';
import { backendFor } from '../../src/backend/devices.ts';
import type { Block } from '../../src/backend/native/memory.ts';
import type { NativeBackend } from '../../src/backend/native/native.ts';
import type { WasmHeap } from '../../src/backend/wasm/heap.ts';
import { openWasm } from '../../src/backend/wasm/open.ts';
import {
  compile,
  DeviceError,
  dynamicScalar,
  empty,
  manualSeed,
  rand,
  type Tensor,
  tensor,
} from '../../src/index.ts';
import { heldBytes } from '../held-bytes.ts';

const MIB = 2 ** 20;

const heapOf = (backend: NativeBackend): WasmHeap => backend.library.heap as WasmHeap;

describe('blocks', () => {
  let engine: NativeBackend;
  let heap: WasmHeap;
  beforeEach(() => {
    engine = openWasm();
    heap = heapOf(engine);
  });

  const holding = (byte: number, byteLength: number): Storage => {
    const storage = new Storage(engine, byteLength);
    storage.retain();
    engine.write(storage.handle, 0, new Uint8Array(byteLength).fill(byte));
    return storage;
  };
  const bytesOf = (storage: Storage): Uint8Array => {
    const target = new Uint8Array(storage.byteLength);
    engine.read(storage.handle, 0, target);
    return target;
  };
  const isFilled = (storage: Storage, byte: number): boolean =>
    bytesOf(storage).every((each) => each === byte);

  test('keep what they hold when the memory grows', () => {
    const first = holding(7, 1000);
    const before = heap.bytes;
    const more = Array.from({ length: 50 }, (_, i) => holding(i, MIB));
    expect(before.length).toBeLessThan(heap.bytes.length);
    expect(heap.bytes.length).toBeGreaterThan(50 * MIB);
    expect(isFilled(first, 7)).toBe(true);
    for (const [i, storage] of more.entries()) expect(isFilled(storage, i)).toBe(true);
  });

  test('that are freed are handed out again', () => {
    const first = holding(1, MIB);
    const { reserved } = heap;
    first.release();
    for (let i = 0; i < 1000; i++) holding(2, MIB).release();
    expect(heap.reserved).toBe(reserved);
  });

  test('that are dropped come back in a loop without a pause, and those in use keep what they hold', () => {
    const kept = Array.from({ length: 40 }, (_, i) => holding(i, MIB));
    for (let round = 0; round < 10; round++) {
      for (let i = 0; i < 2000; i++) engine.allocate(63 * 1024);
      // Some are used, and the others are not for a long time.
      expect(isFilled(kept[0]!, 0)).toBe(true);
      expect(heap.reserved).toBeLessThanOrEqual(128 * MIB);
    }
    expect(heap.bytes.length).toBeLessThan(200 * MIB);
    for (const [i, storage] of kept.entries()) expect(isFilled(storage, i)).toBe(true);
  });

  test('that are large and dropped come back, though few of them were used since', () => {
    const kept = holding(1, MIB);
    for (let i = 0; i < 16; i++) {
      holding(2, 16 * MIB);
      expect(isFilled(kept, 1)).toBe(true);
      expect(heap.reserved).toBeLessThanOrEqual(128 * MIB);
    }
  });

  test('that are dropped come back, though freed ones wait for later use', () => {
    for (let round = 0; round < 10; round++) {
      holding(1, MIB).release();
      for (let i = 0; i < 2000; i++) engine.allocate(63 * 1024);
      expect(heap.reserved).toBeLessThanOrEqual(128 * MIB);
    }
  });

  test('that are dropped come back once they are collected', async () => {
    for (let i = 0; i < 100; i++) engine.allocate(MIB);
    const { reserved } = heap;
    for (let i = 0; heap.reserved > reserved - 50 * MIB && i < 100; i++) {
      heldBytes();
      await setTimeout(0);
    }
    expect(heap.reserved).toBeLessThanOrEqual(reserved - 50 * MIB);
  });

  test('that are all in use get more memory', () => {
    const kept = Array.from({ length: 160 }, (_, i) => holding(i, MIB));
    for (let round = 0; round < 2; round++) {
      for (const [i, storage] of kept.entries()) expect(isFilled(storage, i)).toBe(true);
    }
    expect(heap.reserved).toBeGreaterThan(128 * MIB);
    expect(heap.reserved).toBeLessThan(256 * MIB);
  });

  test('beyond 2 GiB have addresses without a sign', () => {
    const large = new Storage(engine, 2 ** 31 - 2 ** 16);
    large.retain();
    const storage = holding(9, 1000);
    expect((storage.handle as { address: number }).address).toBeGreaterThan(2 ** 31);
    engine.execute({
      kind: 'copy',
      outputs: [{ storage, dtype: 'uint8', shape: [1000], strides: [1], offset: 0 }],
      inputs: [5],
      attributes: {},
    });
    expect(isFilled(storage, 5)).toBe(true);
  });

  test('beyond what addresses reach are an error that says so', () => {
    const large = new Storage(engine, engine.maxBytes);
    large.retain();
    heap.reside([large.handle as Block]);
    expect(() => new Storage(engine, engine.maxBytes)).toThrow(DeviceError);
    expect(() => new Storage(engine, engine.maxBytes)).toThrow(
      /^allocate: expected 214\d+ bytes of memory for the wasm engine, which has 204\d MiB in use of the 4 GiB that its memory can grow to; use smaller batches/,
    );
    const storage = holding(3, MIB);
    expect(isFilled(storage, 3)).toBe(true);
  });
});

describe('tensors', () => {
  /** A step with temporaries that nothing disposes. */
  const stepOf = (weight: Tensor, temporaries: number) => (): void => {
    let x = weight;
    for (let i = 0; i < temporaries; i++) x = x.mul(0.5).add(1);
  };

  test('a replay goes on after the memory has grown', () => {
    manualSeed(1);
    const weight = rand([300]);
    let calls = 0;
    const plain = (x: Tensor): Tensor =>
      weight
        .mul(dynamicScalar(() => ++calls, x))
        .add(x)
        .tanh();
    const step = compile(plain);
    const inputs = Array.from({ length: 8 }, () => rand([300]));
    const expected = inputs.map((x, i) => [
      ...weight
        .mul(i + 1)
        .add(x)
        .tanh()
        .data(),
    ]);
    const found = inputs.slice(0, 4).map((x) => [...step(x).data()]);
    const { heap } = (backendFor('cpu') as NativeBackend).library;
    const before = (heap as WasmHeap).bytes.length;
    const more = Array.from({ length: 100 }, () => empty([MIB / 4]));
    expect((heap as WasmHeap).bytes.length).toBeGreaterThan(before);
    found.push(...inputs.slice(4).map((x) => [...step(x).data()]));
    expect(step.replays).toBeGreaterThan(4);
    expect(found).toEqual(expected);
    for (const each of more) each.dispose();
  });

  /** 10,000 in the heavy run (KINDLING_TEST_CASES=10000). */
  const steps = Number(process.env.KINDLING_TEST_CASES ?? 300);

  test(`${steps} steps with 1000 temporaries each that nothing disposes hold the memory level`, () => {
    const heap = heapOf(backendFor('cpu') as NativeBackend);
    const weight = tensor(Array.from({ length: 250 }, (_, i) => i / 250));
    const step = stepOf(weight, 500);
    const before = heap.bytes.length;
    const held = heldBytes();
    for (let i = 0; i < steps; i++) step();
    expect(heap.bytes.length).toBeLessThan(before + 160 * MIB);
    expect(heldBytes()).toBeLessThan(held + 320 * MIB);
  });
});
