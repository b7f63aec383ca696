import { type EpochEvent, epochGroups, type RunEvent } from './event.ts';
import type { EventSink } from './event-reader.ts';
import type { Cut } from './log-survey.ts';
import { MergedStep } from './merged-step.ts';
import type { StepRow } from './step-scanner.ts';

/** Epochs that wait at most for further events of the newest step. */
const MAX_WAITING = 64;

/**
 * Passes on the events of a log that count, of which a survey knows the cuts: of a run that was resumed not what it computed again, and
 * one row for the events of a step that come one after the other. It reads what `RunColumns` does without keeping it.
 */
export class CurrentEvents implements EventSink {
  readonly #sink: Required<Pick<EventSink, 'step' | 'event'>>;
  /** For each cut, the least of it and those behind it. */
  readonly #cuts: readonly Cut[];
  #cut = 0;
  #events = 0;
  readonly #step = new MergedStep();
  #hasStep = false;
  readonly #waiting: EpochEvent[] = [];

  constructor(cuts: readonly Cut[], sink: Required<Pick<EventSink, 'step' | 'event'>>) {
    this.#sink = sink;
    this.#cuts = cutsFrom(cuts);
  }

  step(row: StepRow): void {
    const cut = this.#nextCut();
    if (cut !== undefined && row.step >= cut.step) return;
    if (this.#hasStep && row.step === this.#step.step) {
      this.#step.add(row);
      return;
    }
    this.flush();
    this.#step.set(row);
    this.#hasStep = true;
  }

  event(event: RunEvent): void {
    const cut = this.#nextCut();
    switch (event.type) {
      case 'epoch':
        if (cut !== undefined && (event.step > cut.after || event.epoch >= cut.epoch)) return;
        this.#wait(event);
        return;
      case 'sample':
      case 'checkpoint':
        if (cut !== undefined && (event.step > cut.after || event.epoch > cut.epoch)) return;
        break;
      default:
        this.flush();
    }
    this.#sink.event(event);
  }

  /** Keeps an epoch until the newest step is complete. */
  #wait(event: EpochEvent): void {
    const last = this.#waiting.at(-1);
    if (last?.epoch === event.epoch) this.#waiting[this.#waiting.length - 1] = mergedEpochs(last, event);
    else this.#waiting.push(event);
    if (this.#waiting.length >= MAX_WAITING) this.flush();
  }

  /** Passes on what waits; to be called at the end. */
  flush(): void {
    if (this.#hasStep) this.#sink.step(this.#step);
    this.#hasStep = false;
    for (const event of this.#waiting.splice(0)) this.#sink.event(event);
  }

  /** Counts an event, and finds the cut that it comes before. */
  #nextCut(): Cut | undefined {
    while (this.#cut < this.#cuts.length && this.#cuts[this.#cut]!.before <= this.#events) this.#cut++;
    this.#events++;
    return this.#cuts[this.#cut];
  }
}

/** With each cut the least of it and those behind it. */
function cutsFrom(cuts: readonly Cut[]): readonly Cut[] {
  let least: Cut | undefined;
  return cuts
    .toReversed()
    .map((cut) => {
      least = {
        before: cut.before,
        step: Math.min(cut.step, least?.step ?? cut.step),
        after: Math.min(cut.after, least?.after ?? cut.after),
        epoch: Math.min(cut.epoch, least?.epoch ?? cut.epoch),
      };
      return least;
    })
    .reverse();
}

/** Two events of one epoch as one, with the newer values. */
function mergedEpochs(older: EpochEvent, newer: EpochEvent): EpochEvent {
  const before = Object.fromEntries(epochGroups(older));
  const groups = epochGroups(newer).map(([group, metrics]) => [group, { ...before[group], ...metrics }]);
  return { ...older, ...newer, ...Object.fromEntries(groups) };
}
