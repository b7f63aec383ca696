import { type nn, scope } from '@kindling/core';
import type { EpochReport } from './callback.ts';

/** Whether every weight is a finite number. */
export const hasFiniteWeights = (model: nn.Module): boolean =>
  scope(() =>
    Object.values(model.stateDict()).every((tensor) => {
      const values = tensor.data();
      for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
      return true;
    }),
  );

/**
 * Whether an evaluation shows that training diverged: the loss of the training samples is no finite number. That of samples that
 * are held back may be so for one odd sample; it shows the same only where the weights are no finite numbers.
 */
export function isDiverged({ trainEvaluation, validation }: EpochReport, model: nn.Module): boolean {
  const isSound = (loss: number | undefined): boolean => loss === undefined || Number.isFinite(loss);
  return !isSound(trainEvaluation?.loss) || (!isSound(validation?.loss) && !hasFiniteWeights(model));
}
