import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatEvent, type RunEvent } from '@kindling/train/events';
import { RunFolder, type RunSummary } from '@kindling/train/runs';

/** A new empty folder of runs. */
export const newRuns = (): string => mkdtempSync(join(tmpdir(), 'kindling-feed-'));

/** Events as lines of a log. */
export const linesOf = (events: readonly RunEvent[]): string =>
  events.map((event) => `${formatEvent(event)}\n`).join('');

export const step = (at: number, loss = 1 / (at + 1)): RunEvent => ({
  type: 'step',
  step: at,
  epoch: Math.floor(at / 10),
  loss,
  lr: 0.1,
  time: 1000 + at,
});

export const epoch = (at: number, accuracy = at / 10): RunEvent => ({
  type: 'epoch',
  epoch: at,
  step: 10 * (at + 1),
  train: { loss: 1 / (at + 1) },
  validation: { accuracy },
  seconds: 1,
  time: 2000 + at,
});

export const started = (run: string): RunEvent => ({ type: 'run-started', run, config: {}, time: 1000 });

export interface Files {
  readonly summary?: Partial<RunSummary>;
  readonly config?: unknown;
  readonly events?: readonly RunEvent[];
}

/** Writes the folder of a run, as a program of its own leaves it. */
export function writeRun(
  runs: string,
  id: string,
  { summary, config = { lr: 0.1 }, events = [] }: Files = {},
): RunFolder {
  const folder = new RunFolder(join(runs, id));
  mkdirSync(folder.path, { recursive: true });
  writeFileSync(folder.summary, JSON.stringify(summaryOf(folder.name, summary)));
  writeFileSync(folder.events, linesOf(events));
  writeFileSync(folder.config, JSON.stringify(config));
  return folder;
}

export const summaryOf = (run: string, summary: Partial<RunSummary> = {}): RunSummary => ({
  run,
  experiment: run,
  status: 'completed',
  epoch: 2,
  step: 20,
  metrics: { train: { loss: 0.1 } },
  started: 1000,
  seconds: 2,
  ...summary,
});
