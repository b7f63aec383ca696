import type { Experiment } from '../experiment/experiment-schema.ts';
import { RunError, type RunFolder } from './run-folder.ts';
import type { SavedTraining } from './saved-training.ts';

/** @throws RunError where a resumed run is to be shorter than it is already. */
export function checkLength(
  { name }: RunFolder,
  { epochs, maxSteps }: Experiment,
  { trainer }: SavedTraining,
): void {
  const { epoch, epochSteps, step } = trainer;
  const least = epochSteps > 0 ? epoch + 1 : epoch;
  if (epochs < least) {
    const done = epochSteps > 0 ? `of which ${epoch} are done and one has started` : 'which are done';
    throw new RunError(`run ${name}: expected at least ${least} epochs, ${done}, got ${epochs}`);
  }
  if (maxSteps !== undefined && maxSteps < step) {
    throw new RunError(
      `run ${name}: expected a maxSteps of at least ${step}, which are done, got ${maxSteps}`,
    );
  }
}

/**
 * What it means that other processes than before go on, as many as `now`; undefined where nothing changes.
 *
 * @throws RunError where an epoch that some processes share is to be gone on with by fewer or more.
 */
export function processesNotice(
  { name }: RunFolder,
  { trainer }: SavedTraining,
  now: number,
): string | undefined {
  const { epoch, epochSteps, trained, processes = 1 } = trainer;
  if (processes === now) return undefined;
  const counted = processes === 1 ? '1 process' : `${processes} processes`;
  if (epochSteps === 0 || trained) {
    const next = epoch + (trained ? 2 : 1);
    return `resumed with ${now} in place of ${counted}: from epoch ${next} on, samples come in the order of ${now}`;
  }
  const how = processes === 1 ? 'without --processes' : `with --processes ${processes}`;
  throw new RunError(
    `run ${name}: expected ${counted} for the rest of epoch ${epoch + 1}, in which its checkpoint is, got ${now}; resume it ${how}, and with ${now} once an epoch has ended`,
  );
}
