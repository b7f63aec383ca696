import {
  type EventSink,
  epochGroups,
  type RunEvent,
  type RunFinishedEvent,
  type StepRow,
} from '@kindling/train/events';

/** The newest value of a metric, and the least and the largest that are numbers. */
export interface MetricRange {
  last: number;
  min?: number;
  max?: number;
}

/** A damaged log may have a new name on every line. */
const MAX_NAMES = 1000;

/**
 * What a log comes to for a table of runs: ranges of its metrics, and how far it is. It takes no memory for steps. Of a program that
 * went on from an earlier step, what it had computed in vain counts too.
 */
export class MetricRanges implements EventSink {
  /** By group and name: `validation/accuracy`; of steps by name alone. */
  readonly ranges = new Map<string, MetricRange>();
  #steps = 0;
  #epochs = 0;
  #finished: RunFinishedEvent | undefined;
  /** Time that epochs took, and that steps took before the process went on that logs now. */
  #epochSeconds = 0;
  #stepSeconds = 0;
  /** When that process began, and its newest step. */
  #began: number | undefined;
  #newest = 0;

  /** Steps taken. */
  get steps(): number {
    return this.#steps;
  }

  /** Epochs that are through. */
  get epochs(): number {
    return this.#epochs;
  }

  /** Time spent training, of whole epochs where there are some. */
  get seconds(): number {
    return this.#epochSeconds > 0 ? this.#epochSeconds : this.#stepSeconds + this.#sessionSeconds;
  }

  get #sessionSeconds(): number {
    return this.#began === undefined ? 0 : Math.max(0, this.#newest - this.#began) / 1000;
  }

  /** How the run ended; undefined while it goes on. */
  get finished(): RunFinishedEvent | undefined {
    return this.#finished;
  }

  step({ step, epoch, time, loss, lr, names, values, count }: StepRow): void {
    this.#finished = undefined;
    this.#newest = time;
    this.#steps = Math.max(this.#steps, step + 1);
    this.#epochs = Math.max(this.#epochs, epoch);
    if (loss !== undefined) this.#add('loss', loss);
    if (lr !== undefined) this.#add('lr', lr);
    for (let i = 0; i < count; i++) this.#add(names[i]!, values[i]!);
  }

  event(event: RunEvent): void {
    if (event.type === 'run-started') {
      this.#finished = undefined;
      this.#stepSeconds += this.#sessionSeconds;
      this.#began = this.#newest = event.time;
    } else if (event.type === 'run-finished') this.#finished = event;
    else if (event.type === 'epoch') {
      this.#epochSeconds += event.seconds;
      this.#steps = Math.max(this.#steps, event.step);
      this.#epochs = Math.max(this.#epochs, event.epoch + 1);
      for (const [group, metrics] of epochGroups(event)) {
        for (const [name, value] of Object.entries(metrics)) this.#add(`${group}/${name}`, value);
      }
    }
  }

  restart(): void {
    this.ranges.clear();
    this.#steps = this.#epochs = this.#epochSeconds = this.#stepSeconds = 0;
    this.#began = undefined;
    this.#finished = undefined;
  }

  #add(name: string, value: number): void {
    const range = this.ranges.get(name);
    if (range !== undefined) extend(range, value);
    else if (this.ranges.size < MAX_NAMES) {
      this.ranges.set(name, Number.isNaN(value) ? { last: value } : { last: value, min: value, max: value });
    }
  }
}

/** Adds a newer value. */
export function extend(range: MetricRange, value: number): void {
  range.last = value;
  if (Number.isNaN(value)) return;
  if (range.min === undefined || value < range.min) range.min = value;
  if (range.max === undefined || value > range.max) range.max = value;
}
