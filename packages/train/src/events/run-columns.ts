import { EpochColumns } from './epoch-columns.ts';
import type {
  CheckpointEvent,
  RunEvent,
  RunFinishedEvent,
  RunStartedEvent,
  RunStatus,
  SampleEvent,
  SampleKind,
} from './event.ts';
import { type EventSink, stepRow } from './event-reader.ts';
import { StepColumns } from './step-columns.ts';
import type { StepRow } from './step-scanner.ts';
import { ThinnedEvents } from './thinned-events.ts';

/**
 * What the events of a run come to: columns of numbers, and what else was logged. Give it to an `EventReader`, or add events.
 *
 * **Steps and epochs that come twice.** Two events of one step, one after the other, make one row. A run that `kindling train` resumes
 * has each step in its log once. One that `createRun` resumes goes on behind a second `run-started` event; the first step after it
 * that the columns have already shows where the program went on, and everything from that step on was computed in vain: it is
 * dropped, as TensorBoard does. Steps that fall without such an event stay, in the order of the log, and
 * `steps.falls` names their rows.
 */
export class RunColumns implements EventSink {
  #steps = new StepColumns();
  #epochs = new EpochColumns();
  #samples = new ThinnedEvents<SampleEvent>();
  #checkpoints = new ThinnedEvents<CheckpointEvent>();
  #started: RunStartedEvent | undefined;
  #began: number | undefined;
  #finished: RunFinishedEvent | undefined;
  /** Whether the run was resumed, and no step has come since, or neither a step nor an epoch. */
  #resumption: 'none' | 'noStep' | 'nothing' = 'none';

  get steps(): StepColumns {
    return this.#steps;
  }

  get epochs(): EpochColumns {
    return this.#epochs;
  }

  /**
   * Samples in the order of the log. Of each kind there are 1000 and 32 MiB at most: where there are more, those of one kind, name and
   * split are thinned evenly, the first and the newest among them.
   */
  get samples(): readonly SampleEvent[] {
    return this.#samples.all;
  }

  /** In the order of the log, limited as {@link samples} are. */
  get checkpoints(): readonly CheckpointEvent[] {
    return this.#checkpoints.all;
  }

  /** How the run began, or was resumed last. */
  get started(): RunStartedEvent | undefined {
    return this.#started;
  }

  /** When the run began, in milliseconds since 1970 (UTC). */
  get began(): number | undefined {
    return this.#began;
  }

  /** How the run ended; undefined while it goes on, and for one that was killed. */
  get finished(): RunFinishedEvent | undefined {
    return this.#finished;
  }

  /** `running` until the log says how the run ended. Whether it still runs, its lock tells. */
  get status(): 'running' | RunStatus {
    return this.#finished?.status ?? 'running';
  }

  /** Why the run ended, in words. */
  get reason(): string | undefined {
    return this.#finished?.reason ?? this.#finished?.error;
  }

  /** Steps taken, as far as the log knows. */
  get stepsTaken(): number {
    const { step, falls } = this.#steps;
    const newest = step.at(-1) ?? -1;
    const logged = 1 + (falls.length === 0 ? newest : step.reduce((a, b) => Math.max(a, b)));
    return Math.max(logged, this.#epochs.step.at(-1) ?? 0, this.#finished?.step ?? 0);
  }

  /** Epochs that are through, as far as the log knows; the one of the newest step is not. */
  get epochsDone(): number {
    const ended = (this.#epochs.epoch.at(-1) ?? -1) + 1;
    return Math.max(ended, this.#steps.epoch.at(-1) ?? 0, this.#finished?.epoch ?? 0);
  }

  /** Whether each epoch is one step: training with full batches, of which the steps tell more. */
  get isFullBatch(): boolean {
    const { steps, epochs } = this;
    const [stepEpoch, epochStep] = [steps.epoch, epochs.step];
    return (
      steps.step.every((step, row) => step === stepEpoch[row]) &&
      epochs.epoch.every((epoch, row) => epochStep[row] === epoch + 1)
    );
  }

  /** The newest sample of a kind. */
  lastSample<K extends SampleKind>(kind: K): Extract<SampleEvent, { kind: K }> | undefined {
    return this.samples.findLast(
      (sample): sample is Extract<SampleEvent, { kind: K }> => sample.kind === kind,
    );
  }

  step(row: StepRow): void {
    if (this.#resumption !== 'none') this.#resumeAt(row.step);
    this.#finished = undefined;
    this.#steps.add(row);
  }

  event(event: RunEvent): void {
    switch (event.type) {
      case 'step':
        this.step(stepRow(event));
        break;
      case 'epoch':
        if (this.#resumption === 'nothing') this.#resumeAtEpoch(event.epoch);
        this.#finished = undefined;
        this.#epochs.add(event);
        break;
      case 'sample':
        this.#samples.add(event);
        break;
      case 'checkpoint':
        this.#checkpoints.add(event);
        break;
      case 'run-started':
        this.#resumption = this.#started === undefined ? 'none' : 'nothing';
        this.#started = event;
        this.#began ??= event.time;
        this.#finished = undefined;
        break;
      case 'run-finished':
        this.#finished = event;
        break;
    }
  }

  restart(): void {
    this.#steps = new StepColumns();
    this.#epochs = new EpochColumns();
    this.#samples = new ThinnedEvents();
    this.#checkpoints = new ThinnedEvents();
    this.#started = this.#began = this.#finished = undefined;
    this.#resumption = 'none';
  }

  /** What a resumed run computes again is dropped: steps from this one on, and all that was logged after it. */
  #resumeAt(step: number): void {
    const isFirst = this.#resumption === 'nothing';
    this.#resumption = 'none';
    this.#steps.dropFrom(step);
    // An epoch that came first has seen to the rest.
    if (!isFirst) return;
    this.#epochs.dropAfterStep(step);
    this.#samples.retain((sample) => sample.step <= step);
    this.#checkpoints.retain((checkpoint) => checkpoint.step <= step);
  }

  /** The same for a run that logs an epoch first, or epochs alone. */
  #resumeAtEpoch(epoch: number): void {
    this.#resumption = 'noStep';
    this.#epochs.dropFromEpoch(epoch);
    this.#samples.retain((sample) => sample.epoch <= epoch);
  }
}
