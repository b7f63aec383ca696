import { rmSync } from '@kindling/data/internal';
import type { Trainer } from '../trainer/trainer.ts';
import type { RunFolder } from './run-folder.ts';
import type { SavedTraining } from './saved-training.ts';
import type { Signature } from './signature.ts';
import { encodeWeights, ensureWeights, type Weights } from './weights-file.ts';

/**
 * Makes the files of a run's weights those that belong to the state it goes on from: a process that died or found the disk full
 * between two files may have left older or newer ones.
 *
 * @param initial The file of the first weights.
 * @param trainer With the state loaded.
 * @returns the best weights so far.
 */
export function restoreWeights(
  folder: RunFolder,
  { weights, best, averages }: Pick<SavedTraining, 'weights' | 'best' | 'averages'>,
  initial: Uint8Array,
  trainer: Trainer,
  signature: Signature,
): Weights | undefined {
  ensureWeights(folder.checkpoint('initial'), weights.initial, initial);
  const { epoch, step } = trainer;
  const last = encodeWeights({ weights: averages ?? trainer.weights, epoch, step }, folder.name, signature);
  ensureWeights(folder.checkpoint('last'), weights.last, last);
  const path = folder.checkpoint('best');
  if (weights.best === null) {
    rmSync(path, { force: true });
    return undefined;
  }
  const bytes = best === null ? last : Uint8Array.from(best.data());
  ensureWeights(path, weights.best, bytes);
  return { bytes, checksum: weights.best };
}
