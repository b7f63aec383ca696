import { zeros } from '@kindling/core';
import { DataLoader, TensorDataset } from '@kindling/data';
import { DistributedSampler } from '@kindling/distributed';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

/** The first samples of `torch.utils.data.distributed.DistributedSampler(range(60000), seed=0)` of PyTorch 2.15, by epoch and rank. */
const reference = {
  2: [
    [
      [36044, 57327, 21567, 9481, 26145, 36531, 58716, 29792],
      [10678, 55074, 15479, 43095, 7479, 9597, 58338, 41291],
    ],
    [
      [35845, 33254, 11299, 58355, 35815, 57358, 41548, 58401],
      [27522, 23645, 16178, 27002, 26559, 33583, 45005, 16665],
    ],
  ],
} as const;

describe('DistributedSampler', () => {
  test('gives the orders of PyTorch', () => {
    for (const [epoch, ranks] of reference[2].entries()) {
      for (const [rank, first] of ranks.entries()) {
        const sampler = new DistributedSampler({ length: 60_000 }, { numReplicas: 2, rank });
        sampler.setEpoch(epoch);
        expect([...sampler].slice(0, 8)).toEqual(first);
        expect(sampler.length).toBe(30_000);
      }
    }
  });

  test('shares have one length and hold every sample; dropLast takes none twice', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        (length, numReplicas, shuffle) => {
          const shares = Array.from({ length: numReplicas }, (_, rank) => [
            ...new DistributedSampler({ length }, { numReplicas, rank, shuffle }),
          ]);
          expect(new Set(shares.map((share) => share.length))).toEqual(
            new Set([Math.ceil(length / numReplicas)]),
          );
          expect(new Set(shares.flat()).size).toBe(length);
          const dropped = Array.from({ length: numReplicas }, (_, rank) => [
            ...new DistributedSampler({ length }, { numReplicas, rank, shuffle, dropLast: true }),
          ]).flat();
          expect(new Set(dropped).size).toBe(dropped.length);
          expect(dropped.length).toBe(Math.floor(length / numReplicas) * numReplicas);
        },
      ),
    );
  });

  test('is a sampler of a loader, in another order each epoch', () => {
    const dataset = new TensorDataset(zeros([7, 1]));
    const sampler = new DistributedSampler(dataset, { numReplicas: 2, rank: 1 });
    const loader = new DataLoader(dataset, { batchSize: 2, sampler });
    expect(loader.length).toBe(2);
    const before = [...sampler];
    sampler.setEpoch(1);
    expect([...sampler]).not.toEqual(before);
  });

  test.each([
    [{ numReplicas: 2, rank: 2 }, 'expected rank below 2, got 2'],
    [{ numReplicas: 0 }, 'numReplicas'],
    [{ seed: 1.5 }, 'seed'],
    [{ shuffle: 1 as never }, 'shuffle'],
    [{ ranks: 1 } as never, 'ranks'],
  ])('refuses %j', (options, message) => {
    expect(() => new DistributedSampler({ length: 5 }, options)).toThrow(message);
  });
});
