import { assertString } from '../arguments.ts';
import { checkOptions } from '../options.ts';
import type { DecodeOptions } from './safetensors.ts';
import { loadSafetensors, saveSafetensors } from './safetensors-file.ts';
import { flattenState, restoreState, type State } from './state.ts';

/**
 * Writes nested state to a file: tensors, numbers (NaN and infinities too), text, booleans, null, bytes (`Uint8Array`), and lists and
 * plain objects of those. The file is a safetensors file with the tensors under their paths, so that other programs read them, and
 * holds no code. It appears whole or not at all.
 *
 * ```ts
 * await save('training.safetensors', { model: model.stateDict(), optimizer: optimizer.stateDict(), epoch, losses });
 * ```
 *
 * @throws {ArgumentError} with the path, for anything else in the state: `undefined` in a list, a function, a class's instance.
 * @throws {KindlingError} where the file cannot be written.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.save.html
 */
export async function save(path: string, state: State | object): Promise<void> {
  assertString('save', 'path', path);
  const { tensors, metadata } = flattenState('save', state);
  await saveSafetensors(path, tensors, metadata);
}

/**
 * The state that {@link save} wrote, or the tensors by name of any other safetensors file.
 *
 * ```ts
 * const { model: weights, epoch } = await load<{ model: Record<string, Tensor>; epoch: number }>('training.safetensors');
 * ```
 *
 * @typeParam T what was saved. It is not checked: `loadStateDict` checks what it is given.
 * @throws {KindlingError} where the file cannot be read.
 * @throws {FormatError} with the path, for other content.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.load.html
 */
export async function load<T = unknown>(path: string, options: DecodeOptions = {}): Promise<T> {
  assertString('load', 'path', path);
  checkOptions('load', options, { device: true, name: true });
  const content = await loadSafetensors(path, options);
  return (restoreState(content, path) ?? content.tensors) as T;
}
