import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CudaBackend, type Planned } from '../../src/backend/cuda/backend.ts';
import type { Block } from '../../src/backend/cuda/memory.ts';
import { choose, type Tile, tiledMatmul, tiles } from '../../src/backend/cuda/plan/matmul.ts';
import type { LoweredCall } from '../../src/backend/lowered-call.ts';
import type { DType } from '../../src/dtype.ts';
import { openDriver } from '../cuda/engine.ts';
import { agreement, cases, compare, rounding, type Tolerances, within } from '../random-calls/compare.ts';
import { products } from '../random-calls/matmul.ts';
import { cuda } from './engine.ts';

/** Does every product with one tile and a number of splits. */
class WithTile extends CudaBackend {
  tile: Tile | undefined;
  splits = 1;

  override plan(call: LoweredCall): Planned {
    if (call.kind !== 'matmul' || this.tile === undefined) return super.plan(call);
    const scratch: Block[] = [];
    const depth = this.tile.depth;
    const depthOfSplit = Math.ceil(call.attributes.k / depth / this.splits) * depth;
    const splits = Math.ceil(call.attributes.k / depthOfSplit);
    const context = {
      multiprocessors: 1,
      computeCapability: 80,
      float32Precision: 'high' as const,
      address: ({ storage, offset, dtype }: LoweredCall['outputs'][number]) =>
        BigInt((storage.handle as Block).address + offset * (dtype === 'float64' ? 8 : 4)),
      scratch: (byteLength: number) => {
        const block = this.memory.allocate(byteLength);
        scratch.push(block);
        return BigInt(block.address);
      },
      errorCell: 0n,
      ordinal: 0,
    };
    return { launches: tiledMatmul(call, context, { tile: this.tile, splits, depthOfSplit }), scratch };
  }
}

const vectorSize = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 8 }).map((n) => 4 * n) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 40 }).map((n) => 4 * n) },
);

const size = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 20 }) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 80 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 40 }).map((n) => 4 * n) },
);

/** Sizes at which a tile lies inside both operands, and others at their edges. */
const beyond = ({ rows, columns, depth }: Tile) => ({
  sizes: fc.constantFrom(rows, rows + 4),
  columns: fc.constantFrom(columns, columns + 4),
  depths: fc.constantFrom(3 * depth, 4 * depth + 4),
});

describe.skipIf(cuda === undefined)('matrix products agree with the reference', () => {
  const backend = cuda && new WithTile(openDriver({}), 0);
  const dtypesOf = { f32: 'float32', tf32: 'float32', f64: 'float64', i32: 'int32' } as const;

  const tolerances = within(rounding);
  const property = agreement(() => cuda!, tolerances);

  test.each<DType>(['float32', 'float64', 'int32', 'uint8'])('%s', (dtype) => {
    property(products({ dtypes: fc.constant(dtype), sizes: size }, { bias: true }), 30);
  });

  const all = Object.entries(tiles).flatMap(([kind, list]) =>
    list.map((tile) => ({ kind, tile, entry: tile.entry })),
  );
  test.each(all)('$entry, with and without splits', ({ kind, tile }) => {
    backend!.tile = tile;
    const dtype = dtypesOf[kind as keyof typeof dtypesOf];
    const dtypes = fc.constant(dtype);
    // Operands of 11 bits are off by 2⁻¹¹ each, a product by 2⁻¹⁰: 2¹³ times the unit of float32.
    const coarse: Tolerances = {
      matmul: (...product) => ({ scale: 2 ** 13 * rounding.matmul(...product).scale }),
    };
    for (const sizes of [{ sizes: tile.vectors ? vectorSize : size }, beyond(tile)]) {
      const calls = products({ dtypes, ...sizes }, { bias: true, vectors: tile.vectors });
      fc.assert(
        fc.property(calls, fc.constantFrom(1, 1, 2, 3), (test, splits) => {
          backend!.splits = dtype === 'int32' ? 1 : splits;
          compare(test, backend!, kind === 'tf32' ? within(coarse) : tolerances);
        }),
        { numRuns: cases(15) },
      );
    }
  });
});

test('small products are split so that all multiprocessors work, large ones take the largest tile', () => {
  const small = choose(tiles.f32, { batch: 1, m: 256, n: 10, k: 256 }, 132, true);
  expect(small.splits).toBeGreaterThan(1);
  const large = choose(tiles.f32, { batch: 1, m: 4096, n: 4096, k: 4096 }, 132, true);
  expect(large).toMatchObject({ splits: 1, tile: { entry: 'matmul_f32_128x256' } });
  for (const { splits, depthOfSplit, tile } of [small, large])
    expect(depthOfSplit % tile.depth || splits - 1).toBe(splits - 1);
});
