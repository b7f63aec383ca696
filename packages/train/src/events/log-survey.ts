import type { RunEvent } from './event.ts';
import type { EventSink } from './event-reader.ts';
import type { StepRow } from './step-scanner.ts';

/** Names beyond these are left out: a damaged log may have a new one on every line. */
const MAX_NAMES = 1000;

/** A place where a resumed run went on: of what was logged before it, a part was computed again. */
export interface Cut {
  /** Number of events before it. */
  readonly before: number;
  /** Steps from this one on. */
  readonly step: number;
  /** Epochs, samples and checkpoints after this step. */
  readonly after: number;
  /** Epochs from this one on, and samples and checkpoints of later ones. */
  readonly epoch: number;
}

/** A first look at a log, from its beginning to its end: what its steps have values of, and where it was resumed. */
export class LogSurvey implements EventSink {
  readonly #names = new Set<string>();
  readonly #cuts: Cut[] = [];
  #events = 0;
  #began: number | undefined;
  /** Whether the run was resumed, and no step has come since, or neither a step nor an epoch. */
  #resumption: 'none' | 'noStep' | 'nothing' = 'none';

  /** Names of the metrics of steps, but for `loss` and `lr`, in the order of first appearance; 1000 at most. */
  get names(): readonly string[] {
    return [...this.#names];
  }

  get cuts(): readonly Cut[] {
    return this.#cuts;
  }

  /** When the run began, in milliseconds since 1970 (UTC). */
  get began(): number | undefined {
    return this.#began;
  }

  step({ step, names, count }: StepRow): void {
    if (this.#resumption === 'nothing') this.#cut({ step, after: step });
    if (this.#resumption === 'noStep') this.#cut({ step });
    this.#resumption = 'none';
    this.#events++;
    for (let i = 0; i < count && this.#names.size < MAX_NAMES; i++) this.#names.add(names[i]!);
  }

  event(event: RunEvent): void {
    if (event.type === 'run-started') {
      this.#resumption = this.#began === undefined ? 'none' : 'nothing';
      this.#began ??= event.time;
    }
    if (event.type === 'epoch' && this.#resumption === 'nothing') {
      this.#cut({ epoch: event.epoch });
      this.#resumption = 'noStep';
    }
    this.#events++;
  }

  #cut(from: Partial<Cut>): void {
    const nothing = Number.POSITIVE_INFINITY;
    this.#cuts.push({ step: nothing, after: nothing, epoch: nothing, ...from, before: this.#events });
  }
}
