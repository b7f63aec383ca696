import type { Experiment } from '../experiment/experiment-schema.ts';
import type { FitStatus } from '../trainer/callback.ts';
import type { Trainer } from '../trainer/trainer.ts';

const plural = (count: number, noun: string): string =>
  count === 1 ? `the ${noun} is done` : `all ${count} ${noun}s are done`;

/** Why training ended, in words: `all 25 epochs are done`. */
export function endReason(
  status: FitStatus,
  trainer: Trainer,
  { epochs, maxSteps }: Pick<Experiment, 'epochs' | 'maxSteps'>,
  {
    divergence,
    signal,
  }: { readonly divergence: string | undefined; readonly signal: AbortSignal | undefined },
): string {
  switch (status) {
    case 'diverged':
      return divergence ?? 'the loss is not finite';
    case 'stopped':
      return signal?.reason instanceof Error ? `interrupted: ${signal.reason.message}` : 'interrupted';
    case 'completed':
      if (trainer.stopReason !== undefined) return trainer.stopReason;
      if (maxSteps !== undefined && trainer.step >= maxSteps) return plural(maxSteps, 'step');
      if (trainer.epoch >= epochs) return plural(epochs, 'epoch');
      return 'a callback stopped it';
  }
}
