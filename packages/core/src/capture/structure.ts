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

/** The tensors of a value, in the order in which {@link mapTensors} meets them. */
export function tensorsOf(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  const found: Tensor[] = [];
  mapTensors(value, (tensor) => {
    found.push(tensor);
    return tensor;
  });
  return found;
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
