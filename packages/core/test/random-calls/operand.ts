import fc from 'fast-check';
import { type Backend, Storage, type View } from '../../src/backend/backend.ts';
import { type DType, dtypes, type TypedArray } from '../../src/dtype.ts';
import { contiguousStrides, numel } from '../../src/shape.ts';

/** A view and the content of all the memory around it, on no backend yet. */
export interface StoredView {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  readonly memory: TypedArray;
}

export function place({ memory, ...view }: StoredView, backend: Backend): View {
  const bytes = new Uint8Array(memory.buffer, memory.byteOffset, memory.byteLength);
  const storage = new Storage(backend, bytes.length);
  storage.retain();
  backend.write(storage.handle, 0, bytes);
  return { ...view, storage };
}

/** All the memory that a view lies in. */
export function memoryOf({ storage, dtype }: View): TypedArray {
  const bytes = new Uint8Array(storage.byteLength);
  storage.backend.read(storage.handle, 0, bytes);
  return dtypes[dtype].array(bytes.buffer, 0, bytes.length / dtypes[dtype].bytes);
}

const special = [0, -0, 1, -1, 0.5, -0.5, 2, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/** Elements: small numbers that repeat, so that ties and cancellation happen, a few of any size, and special ones. */
function values(dtype: DType, count: number, seed: number, tame: boolean): TypedArray {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const array = dtypes[dtype].array(new ArrayBuffer(count * dtypes[dtype].bytes), 0, count);
  for (let i = 0; i < count; i++) {
    const kind = next();
    const u = next();
    if (dtype === 'bool') array[i] = u < 0.5 ? 0 : 1;
    else if (dtype === 'uint8') array[i] = Math.floor(u * 256);
    else if (dtype === 'int32') array[i] = tame || kind < 0.8 ? Math.floor(u * 21) - 10 : (u * 2 ** 32) | 0;
    else if (kind < 0.1 && !tame) array[i] = special[Math.floor(u * special.length)]!;
    else if (kind < 0.2 && !tame) array[i] = (u - 0.5) * 10 ** (next() * 40 - 20);
    else if (kind < 0.4) array[i] = Math.floor(u * 9) - 4;
    else array[i] = (u - 0.5) * 8;
  }
  return array;
}

export const anyDType = fc.constantFrom<DType>('bool', 'uint8', 'int32', 'float32', 'float64');
export const floatDType = fc.constantFrom<DType>('float32', 'float64');

/** Shapes of up to 5 axes: many small ones, and now and then one that fills more than a tile. */
export const anyShape: fc.Arbitrary<number[]> = fc.oneof(
  { weight: 6, arbitrary: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 5 }) },
  { weight: 2, arbitrary: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 500, max: 1500 })) },
  { weight: 1, arbitrary: fc.tuple(fc.integer({ min: 100, max: 700 }), fc.integer({ min: 1, max: 12 })) },
);

interface ViewOptions {
  /** Whether axes may be repeated without copying, which an output's may not. */
  readonly broadcasts?: boolean;
  readonly contiguous?: boolean;
  /** No special values. */
  readonly tame?: boolean;
}

/** A view of a shape: any order of axes in memory, steps and gaps, either direction, an offset. */
export function viewOf(
  dtype: DType,
  shape: readonly number[],
  options: ViewOptions = {},
): fc.Arbitrary<StoredView> {
  const { broadcasts = true, contiguous = false, tame = false } = options;
  const seed = fc.integer();
  const front = fc.integer({ min: 0, max: 5 });
  if (contiguous) {
    return fc.record({ seed, front }).map(({ seed, front }) => ({
      dtype,
      shape,
      strides: contiguousStrides(shape),
      offset: front,
      memory: values(dtype, front + numel(shape), seed, tame),
    }));
  }
  const axis = fc.record({
    place: fc.integer({ min: 0, max: 99 }),
    step: fc.constantFrom(1, 1, 1, 1, 2, 3),
    gap: fc.constantFrom(0, 0, 0, 1, 4),
    reversed: fc.constantFrom(false, false, false, false, true),
    repeated: fc.constantFrom(false, false, false, broadcasts),
  });
  return fc
    .record({
      seed,
      front,
      plain: fc.boolean(),
      axes: fc.array(axis, { minLength: shape.length, maxLength: shape.length }),
    })
    .map(({ seed, front, plain, axes }) => {
      const strides = contiguousStrides(shape);
      let offset = front;
      let extent = 1;
      if (!plain) {
        const order = shape.map((_, d) => d).sort((a, b) => axes[a]!.place - axes[b]!.place);
        for (const d of order) {
          const { step, gap, reversed, repeated } = axes[d]!;
          const stride = extent * step;
          strides[d] = repeated ? 0 : reversed ? -stride : stride;
          if (repeated) continue;
          if (reversed) offset += stride * (shape[d]! - 1);
          extent = stride * shape[d]! + gap;
        }
      } else {
        extent = numel(shape);
        for (const d of shape.keys()) if (axes[d]!.repeated) strides[d] = 0;
      }
      return { dtype, shape, strides, offset, memory: values(dtype, front + extent, seed, tame) };
    });
}
