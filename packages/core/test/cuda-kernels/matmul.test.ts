import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backend/backend.ts';
import { CudaBackend, type Planned } from '../../src/backend/cuda/backend.ts';
import type { Block } from '../../src/backend/cuda/memory.ts';
import { choose, type Tile, tiledMatmul, tiles } from '../../src/backend/cuda/plan/matmul.ts';
import type { PlacedCall } from '../../src/backend/placed-call.ts';
import { referenceBackend } from '../../src/backend/reference/reference.ts';
import type { DType } from '../../src/dtype.ts';
import { openDriver } from '../cuda/engine.ts';
import { type StoredView, viewOf } from '../native/operand.ts';
import { type Case, differs, run } from './case.ts';
import { cases, cuda } from './engine.ts';

/** Does every product with one tile and a number of splits. */
class WithTile extends CudaBackend {
  tile: Tile | undefined;
  splits = 1;

  override plan(call: PlacedCall): Planned {
    if (call.kind !== 'matmul' || this.tile === undefined) return super.plan(call);
    const scratch: Block[] = [];
    const depth = this.tile.depth;
    const depthOfSplit = Math.ceil(call.attributes.k / depth / this.splits) * depth;
    const splits = Math.ceil(call.attributes.k / depthOfSplit);
    const context = {
      multiprocessors: 1,
      computeCapability: 80,
      float32Precision: 'high' as const,
      address: ({ storage, offset, dtype }: PlacedCall['outputs'][number]) =>
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

/**
 * A [batch, rows, columns] operand as the kernel takes it: rows contiguous, or columns, and the batch perhaps repeated; with `vectors` in
 * such places that it can be read 16 bytes at a time.
 */
function matrix(
  dtype: DType,
  vectors: boolean,
  batch: number,
  rows: number,
  columns: number,
  transposed: boolean,
): fc.Arbitrary<StoredView> {
  const [lines, length] = transposed ? [columns, rows] : [rows, columns];
  return fc
    .record({
      gap: fc.constantFrom(0, 0, vectors ? 4 : 3, 4),
      repeated: fc.boolean(),
      base: viewOf(dtype, [batch * lines * (length + 4)], { contiguous: true, tame: true }),
      aligned: fc.boolean(),
    })
    .map(({ gap, repeated, base, aligned }) => ({
      ...base,
      offset: aligned || vectors ? 0 : base.offset,
      shape: [batch, lines, length],
      strides: [repeated ? 0 : lines * (length + gap), length + gap, 1],
    }));
}

interface Sizes {
  readonly m: fc.Arbitrary<number>;
  readonly n: fc.Arbitrary<number>;
  readonly k: fc.Arbitrary<number>;
}

const anySizes: Sizes = { m: size, n: size, k: size };
const vectorSizes: Sizes = { m: vectorSize, n: vectorSize, k: vectorSize };

/** Sizes at which a tile lies inside both operands, and others at their edges. */
const beyond = (tile: Tile): Sizes => ({
  m: fc.constantFrom(tile.rows, tile.rows + 4),
  n: fc.constantFrom(tile.columns, tile.columns + 4),
  k: fc.constantFrom(3 * tile.depth, 4 * tile.depth + 4),
});

const productOf = (
  dtype: DType,
  vectors = false,
  sizes = vectors ? vectorSizes : anySizes,
): fc.Arbitrary<Case & { readonly bias: boolean }> =>
  fc
    .record({
      batch: fc.constantFrom(1, 1, 1, 2, 3),
      ...sizes,
      transposeA: fc.boolean(),
      transposeB: fc.boolean(),
    })
    .chain((attributes) => {
      const { batch, m, n, k, transposeA, transposeB } = attributes;
      return fc
        .record({
          out: viewOf(dtype, [batch, m, n], { contiguous: true }),
          a: matrix(dtype, vectors, batch, m, k, transposeA),
          b: matrix(dtype, vectors, batch, k, n, transposeB),
          row: viewOf(dtype, [n], { contiguous: true, tame: true }),
          bias: fc.boolean(),
        })
        .map(({ out, a, b, row, bias }) => ({
          kind: 'matmul' as const,
          out,
          inputs: bias ? [a, b, row] : [a, b],
          attributes,
          scale: 16 * k + 16,
          bias,
        }));
    });

/** The reference's product, and the bias that it leaves out. */
function wanted(test: Case & { readonly bias: boolean }): ArrayLike<number> {
  const product = run({ ...test, inputs: test.inputs.slice(0, 2) }, referenceBackend);
  if (!test.bias) return product;
  const { memory, offset } = test.inputs[2] as StoredView;
  const [, , n] = test.out.shape as [number, number, number];
  return product.map((value, i) =>
    i < test.out.offset ? value : value + memory[offset + ((i - test.out.offset) % n)]!,
  );
}

function check(test: Case & { readonly bias: boolean }, backend: Backend, scale = test.scale ?? 0): void {
  const expected = wanted(test);
  const got = run(test, backend);
  for (let i = 0; i < expected.length; i++) {
    if (!differs(got[i]!, expected[i]!, test.out.dtype, { ...test, scale })) continue;
    expect.fail(
      `${JSON.stringify(test.attributes)}, element ${i} of ${expected.length}: expected ${expected[i]}, got ${got[i]}`,
    );
  }
}

describe.skipIf(cuda === undefined)('matrix products agree with the reference', () => {
  const backend = cuda && new WithTile(openDriver({}), 0);
  const dtypesOf = { f32: 'float32', tf32: 'float32', f64: 'float64', i32: 'int32' } as const;

  test.each(['float32', 'float64', 'int32', 'uint8'] as const)('%s', (dtype) => {
    fc.assert(
      fc.property(productOf(dtype), (test) => check(test, cuda!)),
      { numRuns: cases(30) },
    );
  });

  const all = Object.entries(tiles).flatMap(([kind, list]) =>
    list.map((tile) => ({ kind, tile, entry: tile.entry })),
  );
  test.each(all)('$entry, with and without splits', ({ kind, tile }) => {
    backend!.tile = tile;
    const dtype = dtypesOf[kind as keyof typeof dtypesOf];
    // Operands rounded to 11 bits are off by 2⁻¹² each.
    const scale = (test: Case): number => (kind === 'tf32' ? 2 ** 14 * 8 : 1) * (test.scale ?? 0);
    for (const sizes of [undefined, beyond(tile)]) {
      fc.assert(
        fc.property(productOf(dtype, tile.vectors, sizes), fc.constantFrom(1, 1, 2, 3), (test, splits) => {
          backend!.splits = dtype === 'int32' ? 1 : splits;
          check(test, backend!, scale(test));
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
