import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Experiment } from '../experiment/experiment-schema.ts';
import { writeFileAtomic } from './atomic-file.ts';
import type { RunEvent } from './event.ts';
import { EventLog } from './event-log.ts';
import type { RunFolder } from './run-folder.ts';
import type { RunSummary } from './summary.ts';

export interface RecordOptions {
  readonly summary: RunSummary;
  /** Bytes of the log to keep: 0 for a run that begins. */
  readonly logLength: number;
  /** Is told of every event once it is in the log. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
}

const toText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The writing end of a run's files, but for its weights. */
export class RunRecord {
  readonly folder: RunFolder;
  readonly log: EventLog;
  readonly #onEvent: ((event: RunEvent) => void) | undefined;
  #summary: RunSummary;

  constructor(folder: RunFolder, { summary, logLength, onEvent }: RecordOptions) {
    mkdirSync(dirname(folder.state), { recursive: true });
    this.folder = folder;
    this.log = new EventLog(folder.events, logLength);
    this.#onEvent = onEvent;
    this.#summary = summary;
  }

  get summary(): RunSummary {
    return this.#summary;
  }

  writeExperiment(experiment: Experiment): void {
    writeFileAtomic(this.folder.experiment, toText(experiment));
  }

  /** Changes the summary, in memory. */
  note(change: Partial<RunSummary>): void {
    this.#summary = { ...this.#summary, ...change };
  }

  writeSummary(): void {
    writeFileAtomic(this.folder.summary, toText(this.#summary));
  }

  emit(event: RunEvent): void {
    this.log.append(event);
    this.#onEvent?.(event);
  }

  close(): void {
    this.log.close();
  }
}
