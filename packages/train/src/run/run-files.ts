import type { FileLock } from '@kindling/data/internal';
import type { RunEvent } from '../events/event.ts';
import { toJson } from '../events/json-number.ts';
import type { Experiment } from '../experiment/experiment-schema.ts';
import { writeFileAtomic } from './atomic-file.ts';
import { EventLog } from './event-log.ts';
import { RunError, type RunFolder } from './run-folder.ts';
import type { RunSummary } from './summary.ts';

export interface RecordOptions {
  readonly summary: RunSummary;
  /** Held while the record is written. */
  readonly lock: FileLock;
  /** Bytes of the log to keep: 0 for a run that begins. */
  readonly logLength: number;
  /** The event that comes behind them, where the run goes on from a checkpoint. */
  readonly checkpoint?: RunEvent | undefined;
  /** Receives every event once it is in the log. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
}

const toText = (value: unknown): string => `${toJson(value, 2)}\n`;

/** The writing end of a run's files, but for its weights. */
export class RunFiles {
  readonly folder: RunFolder;
  readonly log: EventLog;
  readonly #lock: FileLock;
  readonly #onEvent: ((event: RunEvent) => void) | undefined;
  #summary: RunSummary;

  constructor(folder: RunFolder, { summary, lock, logLength, checkpoint, onEvent }: RecordOptions) {
    this.folder = folder;
    this.log = new EventLog(folder.events, logLength, checkpoint);
    this.#lock = lock;
    this.#onEvent = onEvent;
    this.#summary = summary;
  }

  get summary(): RunSummary {
    return this.#summary;
  }

  writeExperiment(experiment: Experiment): void {
    writeFileAtomic(this.folder.experiment, toText(experiment));
  }

  writeConfig(config: unknown): void {
    writeFileAtomic(this.folder.config, toText(config));
  }

  /** Changes the summary, in memory. */
  summarize(change: Partial<RunSummary>): void {
    this.#summary = { ...this.#summary, ...change };
  }

  writeSummary(): void {
    writeFileAtomic(this.folder.summary, toText(this.#summary));
  }

  /** @throws RunError where another process has taken the run over. */
  emit(event: RunEvent): void {
    if (this.#lock.isLost) throw this.#taken();
    this.log.append(event);
    this.#onEvent?.(event);
  }

  /** Appends events that are lines already. @throws RunError where another process has taken the run over. */
  emitLines(text: string): void {
    if (this.#lock.isLost) throw this.#taken();
    this.log.appendLines(text);
  }

  /** Touches the lock, as a program does whose timers do not run. @throws RunError where another process has taken the run over. */
  beat(): void {
    this.#lock.beat();
    if (this.#lock.isLost) throw this.#taken();
  }

  /** Looks whether this process still has the run, before files are replaced. @throws RunError where it has not. */
  assertHeld(): void {
    if (!this.#lock.isHeld()) throw this.#taken();
  }

  #taken(): RunError {
    const { name, lock } = this.folder;
    return new RunError(
      `run ${name}: expected to hold ${lock}, but another process took it over and trains the run`,
    );
  }

  close(): void {
    this.log.close();
  }

  /** Gives the run's lock back. */
  release(): void {
    this.#lock.release();
  }
}
