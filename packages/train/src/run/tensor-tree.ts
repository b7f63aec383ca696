import { decodeSafetensors, encodeSafetensors, FormatError, Tensor } from '@kindling/core';

const TREE = 'kindling.tree';
const MARK = '$tensor';
const BYTES = '$base64';

const isBranch = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The bytes of plain data with tensors and byte arrays in it, as a safetensors file: the tensors under their paths (`optimizer.state.0.exp_avg`), everything else as JSON
 * in the metadata.
 */
export function encodeTree(tree: unknown): Uint8Array {
  const tensors: Record<string, Tensor> = {};
  const plain = (value: unknown, path: string): unknown => {
    if (value instanceof Tensor) {
      tensors[path] = value;
      return { [MARK]: path };
    }
    if (value instanceof Uint8Array) return { [BYTES]: Buffer.from(value).toString('base64') };
    if (Array.isArray(value)) return value.map((item, i) => plain(item, `${path}.${i}`));
    if (!isBranch(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, plain(item, path === '' ? key : `${path}.${key}`)]),
    );
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
  if (text === undefined)
    throw new FormatError(`${name}: expected the state of a training, got other tensors`);
  const restore = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(restore);
    if (!isBranch(value)) return value;
    if (typeof value[MARK] === 'string') return tensors[value[MARK]];
    if (typeof value[BYTES] === 'string') return new Uint8Array(Buffer.from(value[BYTES], 'base64'));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, restore(item)]));
  };
  return restore(JSON.parse(text));
}
