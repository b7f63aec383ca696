import { type Backend, Storage } from '../../src/backend/backend.ts';
import { type DType, dtypes } from '../../src/dtype.ts';
import { identity } from '../../src/identity.ts';
import { contiguousStrides, numel } from '../../src/shape.ts';
import { Tensor } from '../../src/tensor.ts';

/** A sequence of draws that a seed decides. */
export class Draws {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0 || 1;
  }

  /** In [0, 1). */
  next(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    // The low bits of such a sequence repeat soon.
    return (this.#state >>> 8) / 2 ** 24;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  chance(p: number): boolean {
    return this.next() < p;
  }
}

/** A tensor on no engine yet. */
export interface TensorForm {
  readonly form: 'tensor';
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly layout: 'plain' | 'transposed' | 'every second' | 'repeated';
  readonly seed: number;
  readonly state: 'live' | 'disposed' | 'of another copy';
  readonly requiresGrad: boolean;
  /** Elements from 0 up to it, as an index has them; undefined for any. */
  readonly below: number | undefined;
}

export const allDTypes = Object.keys(dtypes) as DType[];

export function tensorForm(draws: Draws, given: Partial<TensorForm> = {}): TensorForm {
  const dtype = given.dtype ?? (draws.chance(0.6) ? 'float32' : draws.of(allDTypes));
  const shape = given.shape ?? Array.from({ length: draws.below(5) }, () => draws.of([1, 2, 2, 3, 3, 4, 0]));
  return {
    form: 'tensor',
    dtype,
    shape,
    layout: draws.of(['plain', 'plain', 'transposed', 'every second', 'repeated']),
    seed: draws.below(1e9),
    state: draws.chance(0.03) ? 'disposed' : draws.chance(0.01) ? 'of another copy' : 'live',
    requiresGrad: dtype.startsWith('float') && draws.chance(0.3),
    below: undefined,
    ...given,
  };
}

function elementsOf({ dtype, seed, below }: TensorForm, count: number): Uint8Array {
  const draws = new Draws(seed);
  const array = dtypes[dtype].array(new ArrayBuffer(count * dtypes[dtype].bytes), 0, count);
  for (let i = 0; i < count; i++) {
    if (below !== undefined) array[i] = draws.below(below);
    else if (dtype === 'bool') array[i] = draws.below(2);
    else if (dtype === 'uint8') array[i] = draws.below(7);
    else if (dtype === 'int32')
      array[i] = draws.chance(0.02) ? draws.of([2 ** 31 - 1, -(2 ** 31), 99]) : draws.below(9) - 3;
    else if (draws.chance(0.03)) array[i] = draws.of([Number.NaN, Number.POSITIVE_INFINITY, -0]);
    else array[i] = draws.chance(0.3) ? draws.below(5) - 2 : (draws.next() - 0.5) * 4;
  }
  return new Uint8Array(array.buffer);
}

/** What a tensor of another copy of the package looks like from here. */
class Stranger {
  get [identity]() {
    return { kind: 'tensor', copy: { version: '0.0.9', url: 'file:///elsewhere/index.js' } };
  }
  readonly shape = [2];
  readonly disposed = false;
}

/** The tensor on an engine. */
export function build(form: TensorForm, backend: Backend): unknown {
  if (form.state === 'of another copy') return new Stranger();
  const { shape, dtype, layout } = form;
  let stored = [...shape];
  let strides = contiguousStrides(stored);
  if (layout === 'transposed' && shape.length > 1) {
    stored = [...shape].reverse();
    strides = contiguousStrides(stored).reverse();
  } else if (layout === 'every second' && shape.length > 0) {
    stored = [...shape.slice(0, -1), shape.at(-1)! * 2];
    strides = contiguousStrides(stored);
    strides[strides.length - 1]! *= 2;
  } else if (layout === 'repeated' && shape.length > 0) {
    stored = [1, ...shape.slice(1)];
    strides = contiguousStrides(stored);
    strides[0] = 0;
  }
  const bytes = elementsOf(form, numel(stored));
  const storage = new Storage(backend, bytes.length);
  backend.write(storage.handle, 0, bytes);
  const tensor = new Tensor({ storage, dtype, shape, strides, offset: 0 });
  if (form.requiresGrad) tensor.requiresGrad_();
  if (form.state === 'disposed') tensor.dispose();
  return tensor;
}

export const isTensorForm = (value: unknown): value is TensorForm =>
  typeof value === 'object' && value !== null && 'form' in value && value.form === 'tensor';

/** Arguments with their tensors built, in arrays and plain objects too. */
export function buildAll(value: unknown, backend: Backend): unknown {
  if (isTensorForm(value)) return build(value, backend);
  if (Array.isArray(value)) return value.map((item) => buildAll(item, backend));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, buildAll(item, backend)]));
}

/** Values of types and sizes that no argument should have, and some that many may. */
export const hostile: readonly unknown[] = [
  0.5,
  1.5,
  -0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -1,
  -7,
  99,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  // What float32 holds: the reference engine computes with parameters in float64, the others in the tensor's dtype.
  1e38,
  null,
  undefined,
  true,
  false,
  1n,
  '',
  '2',
  'float64',
  Symbol('hostile'),
  [],
  [1.5],
  [Number.NaN],
  [-3],
  [null],
  ['2'],
  [[1]],
  {},
  { length: 2 },
  Int32Array.of(1, 2),
  () => 1,
];

/** A hostile value, or a tensor where a number belongs. */
export const hostileValue = (draws: Draws): unknown =>
  draws.chance(0.15) ? tensorForm(draws, draws.chance(0.5) ? { shape: [] } : {}) : draws.of(hostile);
