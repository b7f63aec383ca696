import type { Sweep } from '@kindling/train';
import type { SweepFolder, TrialResult } from '@kindling/train/internal';
import type { Output } from '../../terminal/output.ts';

/** Writes the charts of a sweep into its folder; the one for the terminal. */
export function showSweep(
  _sweep: Sweep,
  _trials: readonly TrialResult[],
  _best: TrialResult | undefined,
  _folder: SweepFolder,
  _output: Output,
): string | undefined {
  return undefined;
}
