import { dirname } from 'node:path';
import { RunError, type RunFolder, readRunOverview, removeRun, requestStop } from '@kindling/train/runs';
import type { ActionName } from '../protocol.ts';

/** What a host can do with a run, and is permitted to. An action fails by throwing; the page shows the message. */
export type RunActions = { readonly [Name in ActionName]?: (run: RunFolder) => void | Promise<void> };

/**
 * Asks the process that trains a run to stop, as `kindling runs stop` does.
 *
 * @throws {RunError} for a run that is not being trained.
 */
export function stopRun(run: RunFolder): void {
  const { state } = readRunOverview(run);
  if (state !== 'running' || !requestStop(run)) {
    throw new RunError(`run ${run.name}: expected a run that is being trained, got one that is ${state}`);
  }
}

/**
 * Removes a run with all its files, as `kindling runs rm` does.
 *
 * @throws {RunError} while it is being trained.
 */
export const deleteRun = (run: RunFolder): Promise<void> => removeRun(dirname(run.path), run.path);
