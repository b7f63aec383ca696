import { encodeSafetensors, scope } from '@kindling/core';
import { sha256 } from '@kindling/data/internal';
import type { Trainer } from '../trainer/trainer.ts';
import { writeFileAtomic } from './atomic-file.ts';
import { isRegularFile, MAX_WEIGHTS_BYTES, readRegularFile } from './regular-file.ts';
import type { Signature } from './signature.ts';

/** The bytes of a file of weights, and their checksum. */
export interface Weights {
  readonly bytes: Uint8Array;
  readonly checksum: string;
}

/** SHA-256, in hexadecimal digits. */
export const checksum = (bytes: Uint8Array): string => sha256(bytes);

/** A trainer's weights as a safetensors file that PyTorch reads. The same weights after the same steps give the same bytes. */
export const encodeWeights = (
  { weights, epoch, step }: Pick<Trainer, 'weights' | 'epoch' | 'step'>,
  run: string,
  signature: Signature,
): Uint8Array =>
  scope(() =>
    encodeSafetensors(weights, {
      format: 'pt',
      run,
      epoch: String(epoch),
      step: String(step),
      signature: JSON.stringify(signature),
    }),
  );

/** Writes weights unless the file has this checksum: it may be missing, damaged, or of another step. */
export function ensureWeights(path: string, expected: string, bytes: Uint8Array): void {
  const isThere = isRegularFile(path) && checksum(readRegularFile(path, MAX_WEIGHTS_BYTES)) === expected;
  if (!isThere) writeFileAtomic(path, bytes);
}
