import { decodeSafetensors, encodeSafetensors, FormatError, Tensor } from '@kindling/core';
import { NON_FINITE } from './json-number.ts';

const TREE = 'kindling.tree';
/** Each stands for a value that JSON has no form for: `{ "$number": "NaN" }`. */
const TENSOR = '$tensor';
const BYTES = '$base64';
const NUMBER = '$number';
/** Stands for an object whose only key is one of these. */
const OBJECT = '$object';
const MARKS: readonly string[] = [TENSOR, BYTES, NUMBER, OBJECT];

const isBranch = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const onlyKey = (value: object): string | undefined => {
  const keys = Object.keys(value);
  return keys.length === 1 ? keys[0] : undefined;
};

/**
 * The bytes of plain data with tensors and byte arrays in it, as a safetensors file: the tensors under their paths
 * (`optimizer.state.0.exp_avg`), everything else as JSON in the metadata. Every number comes back as it went, NaN, infinities and
 * −0 too.
 */
export function encodeTree(tree: unknown): Uint8Array {
  const tensors: Record<string, Tensor> = {};
  const plain = (value: unknown, path: string): unknown => {
    if (value instanceof Tensor) {
      tensors[path] = value;
      return { [TENSOR]: path };
    }
    if (typeof value === 'number') {
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { [NUMBER]: Object.is(value, -0) ? '-0' : String(value) };
    }
    if (value instanceof Uint8Array) return { [BYTES]: Buffer.from(value).toString('base64') };
    if (Array.isArray(value)) return value.map((item, i) => plain(item, `${path}.${i}`));
    if (!isBranch(value)) return value;
    const entries = Object.entries(value).map(([key, item]): [string, unknown] => [
      key,
      plain(item, path === '' ? key : `${path}.${key}`),
    ]);
    const object = Object.fromEntries(entries);
    return MARKS.includes(onlyKey(value) ?? '') ? { [OBJECT]: object } : object;
  };
  return encodeSafetensors(tensors, { [TREE]: JSON.stringify(plain(tree, '')) });
}

/**
 * The data that {@link encodeTree} made bytes of.
 *
 * @throws FormatError, with `name`, for other bytes.
 */
export function decodeTree(bytes: Uint8Array, name: string): unknown {
  const { tensors, metadata } = decodeSafetensors(bytes, { name });
  const text = metadata[TREE];
  const refuse = (got: string) => new FormatError(`${name}: expected the state of a training, got ${got}`);
  if (text === undefined) throw refuse('other tensors');
  const branch = (value: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(value).map(([key, item]) => [key, restore(item)]));
  const restore = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(restore);
    if (!isBranch(value)) return value;
    const mark = onlyKey(value) ?? '';
    if (!MARKS.includes(mark)) return branch(value);
    const marked = value[mark];
    if (mark === OBJECT && isBranch(marked)) return branch(marked);
    if (typeof marked === 'string') {
      if (mark === BYTES) return new Uint8Array(Buffer.from(marked, 'base64'));
      if (mark === NUMBER && [...NON_FINITE, '-0'].includes(marked)) return Number(marked);
      if (mark === TENSOR && Object.hasOwn(tensors, marked)) return tensors[marked];
    }
    throw refuse(`${mark} of ${JSON.stringify(marked)?.slice(0, 60)}`);
  };
  let plain: unknown;
  try {
    plain = JSON.parse(text);
  } catch {
    throw refuse('text that is not JSON');
  }
  return restore(plain);
}
