import { assertString } from '../arguments.ts';
import { KindlingError } from '../errors.ts';
import { assertNode } from '../host.ts';
import { checkOptions } from '../options.ts';
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
 * Throws {@link KindlingError} where the file cannot be written, and what `encodeSafetensors` throws. Outside of Node.js there are no
 * files: `encodeSafetensors` makes the bytes.
 */
export async function saveSafetensors(
  path: string,
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  assertNode('saveSafetensors');
  assertString('saveSafetensors', 'path', path);
  const { randomUUID } = process.getBuiltinModule('node:crypto');
  const { open, rename, rm } = process.getBuiltinModule('node:fs/promises');
  const { basename, dirname, join } = process.getBuiltinModule('node:path');
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
    throw new KindlingError(`saveSafetensors: cannot write ${path}: ${reason(error)}`, {
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
 * Throws {@link KindlingError} where the file cannot be read, is no regular file or has more than 2 GiB, and `FormatError`, with the
 * path, for wrong content. Outside of Node.js there are no files: `decodeSafetensors` reads the bytes.
 */
export async function loadSafetensors(
  path: string,
  options: DecodeOptions = {},
): Promise<SafetensorsContent> {
  assertNode('loadSafetensors');
  assertString('loadSafetensors', 'path', path);
  checkOptions('loadSafetensors', options, { device: true, name: true });
  const bytes = await readRegular(path).catch((error: unknown) => {
    throw new KindlingError(`loadSafetensors: cannot read ${path}: ${reason(error)}`, {
      cause: error,
    });
  });
  return decodeSafetensors(bytes, { name: path, ...options });
}

/** The bytes of a file. A pipe might never end, and a device such as /dev/zero never does. */
async function readRegular(path: string): Promise<Uint8Array> {
  const { readFile, stat } = process.getBuiltinModule('node:fs/promises');
  const entry = await stat(path);
  if (!entry.isFile()) throw new Error(entry.isDirectory() ? 'a folder' : 'a pipe or a device');
  return readFile(path);
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
