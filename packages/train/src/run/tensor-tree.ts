import { decodeSafetensors, encodeSafetensors, FormatError } from '@kindling/core';
import { flattenState, restoreState } from '@kindling/core/internal';

/** The bytes of nested state, as `save` writes them to a file. */
export function encodeTree(tree: unknown): Uint8Array {
  const { tensors, metadata } = flattenState('encodeTree', tree);
  return encodeSafetensors(tensors, metadata);
}

/**
 * The state that {@link encodeTree} made bytes of.
 *
 * @throws FormatError, with `name`, for other bytes.
 */
export function decodeTree(bytes: Uint8Array, name: string): unknown {
  const tree = restoreState(decodeSafetensors(bytes, { name }), name);
  if (tree === undefined) throw new FormatError(`${name}: expected a training state, got other tensors`);
  return tree;
}
