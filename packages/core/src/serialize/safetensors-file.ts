import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { KindlingError } from '../errors.ts';
import type { Tensor } from '../tensor.ts';
import {
  type DecodeOptions,
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsContent,
} from './safetensors.ts';

/**
 * Writes tensors to a safetensors file, which PyTorch's `safetensors.torch.load_file` reads. The file appears whole or not
 * at all, and replaces an older one in one step: the bytes go to a new file beside it, to the disk, and then under the name.
 *
 * ```ts
 * await saveSafetensors('model.safetensors', model.stateDict());
 * ```
 *
 * Throws {@link KindlingError} where the file cannot be written, and what `encodeSafetensors` throws.
 */
export async function saveSafetensors(
  path: string,
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const bytes = encodeSafetensors(tensors, metadata);
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new KindlingError(`saveSafetensors: expected to write ${path}, got ${reason(error)}`, {
      cause: error,
    });
  }
}

/**
 * The tensors and metadata of a safetensors file, as `decodeSafetensors` reads them.
 *
 * ```ts
 * const { tensors } = await loadSafetensors('model.safetensors');
 * model.loadStateDict(tensors);
 * ```
 *
 * Throws {@link KindlingError} where the file cannot be read, and `FormatError`, with the path, for wrong content.
 */
export async function loadSafetensors(
  path: string,
  options: DecodeOptions = {},
): Promise<SafetensorsContent> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new KindlingError(`loadSafetensors: expected to read ${path}, got ${reason(error)}`, {
      cause: error,
    });
  }
  return decodeSafetensors(bytes, { name: path, ...options });
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
