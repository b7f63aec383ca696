import type { Backend, View } from '../backend/backend.ts';
import { Tensor } from '../tensor.ts';

const isPlainObject = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** A value with its tensors, in arrays and plain objects of any depth, replaced; everything else stays as it is. */
export function mapTensors(value: unknown, replace: (tensor: Tensor) => Tensor): unknown {
  if (value instanceof Tensor) return replace(value);
  if (Array.isArray(value)) return value.map((item) => mapTensors(item, replace));
  if (typeof value !== 'object' || value === null || !isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTensors(item, replace)]));
}

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** The tensors of a value, in the order in which {@link mapTensors} meets them. */
export function tensorsOf(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  if (Array.isArray(value) && value.every(isTensor)) return value;
  const found: Tensor[] = [];
  mapTensors(value, (tensor) => {
    found.push(tensor);
    return tensor;
  });
  return found;
}

/** A value with these tensors, in the order of {@link tensorsOf}, in the places of its own. */
export function withTensors(value: unknown, tensors: readonly Tensor[]): unknown {
  let next = 0;
  return mapTensors(value, () => tensors[next++]!);
}

/** Everything about a value that decides which operations a function of it does: structure, layouts, and what is no tensor. */
export function signatureOf(value: unknown): string {
  if (value instanceof Tensor) {
    const layout = value.isContiguous() ? '' : `/${value.strides}`;
    return `${value.device} ${value.dtype}[${value.shape}${layout}]`;
  }
  if (Array.isArray(value)) return `[${value.map(signatureOf).join(';')}]`;
  if (typeof value !== 'object' || value === null || !isPlainObject(value))
    return `${typeof value} ${String(value)}`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${signatureOf(item)}`)
    .join(';')}}`;
}

const sameNumbers = (a: readonly number[], b: readonly number[]): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

/** The form of inputs that are nothing but tensors, to see at once that other inputs have the same {@link signatureOf}. */
export class TensorForm {
  readonly #layouts: readonly Omit<View, 'storage' | 'offset'>[];
  readonly #backends: readonly Backend[];

  constructor(tensors: readonly Tensor[]) {
    this.#layouts = tensors.map(({ dtype, shape, strides }) => ({ dtype, shape, strides }));
    this.#backends = tensors.map(({ storage }) => storage.backend);
  }

  matches(inputs: readonly unknown[]): boolean {
    if (inputs.length !== this.#layouts.length) return false;
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i];
      if (!(input instanceof Tensor)) return false;
      const { dtype, shape, strides, storage } = input.strided;
      const layout = this.#layouts[i]!;
      const isSame =
        dtype === layout.dtype &&
        storage.backend === this.#backends[i] &&
        sameNumbers(shape, layout.shape) &&
        sameNumbers(strides, layout.strides);
      if (!isSame) return false;
    }
    return true;
  }
}
