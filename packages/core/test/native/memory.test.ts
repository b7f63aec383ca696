import { describe, expect, test } from 'vitest';
import type { HostHeap } from '../../src/backend/native/host-heap.ts';
import { Memory, sizeClassOf } from '../../src/backend/native/memory.ts';
import { manualSeed, rand, tensor } from '../../src/index.ts';
import { native } from './engine.ts';

test('size classes hold what was asked for, waste at most an eighth, and have one capacity each', {
  timeout: 30_000,
}, () => {
  const capacities = new Map<number, number>();
  let last = 0;
  for (let bytes = 0; bytes < 300_000; bytes += 61) {
    const { sizeClass, capacity } = sizeClassOf(bytes);
    expect(capacity).toBeGreaterThanOrEqual(bytes);
    expect(capacity - bytes).toBeLessThanOrEqual(Math.max(64, bytes / 8));
    expect(sizeClass).toBeGreaterThanOrEqual(last);
    last = sizeClass;
    expect(capacities.get(sizeClass) ?? capacity).toBe(capacity);
    capacities.set(sizeClass, capacity);
  }
  expect(new Set(capacities.values()).size).toBe(capacities.size);
  expect(sizeClassOf(2 ** 33 + 1).capacity).toBeLessThanOrEqual(2 ** 33 * 1.125);
});

describe.skipIf(native === undefined)('memory', () => {
  test('blocks are aligned to cache lines, and a freed one is handed out again', () => {
    const memory = new Memory(native!.library.heap);
    const block = memory.allocate(100);
    expect(block.address % 64).toBe(0);
    expect((native!.library.heap as HostHeap).addressOf(block.bytes) + block.start).toBe(block.address);
    memory.free(block);
    expect(memory.cached).toBe(128);
    expect(memory.allocate(120)).toBe(block);
    expect(memory.cached).toBe(0);
    expect(memory.allocate(120)).not.toBe(block);
  });

  /** The most bytes that blocks had at a time, collected or not, as a share of all that were taken. */
  function shareHeld(steps: number, step: () => void): number {
    const take = Buffer.allocUnsafeSlow;
    let taken = 0;
    // No spy of Vitest's: it keeps what a function returns.
    Buffer.allocUnsafeSlow = (bytes) => {
      taken += bytes;
      return take(bytes);
    };
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    try {
      for (let i = 0; i < steps; i++) {
        step();
        if (i % 100 === 0) most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      }
    } finally {
      Buffer.allocUnsafeSlow = take;
    }
    return most / taken;
  }

  test('100,000 eager steps that free nothing themselves hold the memory level', { timeout: 120_000 }, () => {
    manualSeed(1);
    const weight = rand([2, 8], { requiresGrad: true });
    const x = tensor([
      [0, 1],
      [1, 0],
    ]);
    const share = shareHeld(100_000, () => {
      const loss = x.matmul(weight).sigmoid().mean();
      loss.backward();
      weight.grad = null;
    });
    expect(share).toBeLessThan(0.5);
  });

  test('large results that are dropped are collected in a loop without a pause', { timeout: 120_000 }, () => {
    const x = rand([512, 512]);
    expect(shareHeld(5000, () => x.add(1))).toBeLessThan(0.25);
  });
});
