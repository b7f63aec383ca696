import type { Experiment } from '../experiment/experiment-schema.ts';
import type { Training } from '../experiment/training.ts';
import { readEvents } from './read-events.ts';
import { readSummary } from './read-run.ts';
import { isRegularFile } from './regular-file.ts';
import type { RunFolder } from './run-folder.ts';
import type { SavedTraining } from './saved-training.ts';
import type { RunSummary } from './summary.ts';

/** The summary that a run begins or goes on with. */
export function firstSummary(
  folder: RunFolder,
  { name, epochs }: Experiment,
  { trainer, device }: Training,
  saved: SavedTraining | undefined,
): RunSummary {
  const before = summaryBefore(folder);
  return {
    run: folder.name,
    experiment: name,
    status: 'running',
    device,
    parameters: trainer.model.parameters().reduce((count, { numel }) => count + numel, 0),
    epoch: saved?.trainer.epoch ?? 0,
    epochs,
    step: saved?.trainer.step ?? 0,
    metrics: {},
    started: before.started ?? Date.now(),
    seconds: before.seconds ?? 0,
  };
}

/** What is known of a run's past: from its summary, or from its log where that is damaged. */
function summaryBefore(folder: RunFolder): Partial<RunSummary> {
  try {
    if (isRegularFile(folder.summary)) return readSummary(folder);
  } catch {
    // It is written anew.
  }
  let started: number | undefined;
  if (isRegularFile(folder.events)) {
    readEvents(folder.events, (event) => {
      if (event.type === 'run-started') started ??= event.time;
    });
  }
  return started === undefined ? {} : { started };
}
