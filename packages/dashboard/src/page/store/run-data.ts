import type { SampleEvent } from '@kindling/train/events';
import type { Progress } from '../../protocol.ts';
import { ColumnTable } from './column-table.ts';

/** What a followed run has logged, as far as the host has sent it. */
export class RunData {
  readonly id: string;
  readonly steps = new ColumnTable();
  readonly epochs = new ColumnTable();
  /** When the run began, in milliseconds since 1970. */
  began: number | undefined;
  samples: readonly SampleEvent[] = [];
  log: NonNullable<Progress['log']> = { skipped: 0, unknown: 0 };
  /** The experiment or the config, as JSON text. */
  document: string | undefined;

  constructor(id: string) {
    this.id = id;
  }

  /** Returns whether the message continues what is there. */
  apply({ began, steps, epochs, samples, log, document }: Progress): boolean {
    const fits =
      (steps === undefined || steps.from <= this.steps.length) &&
      (epochs === undefined || epochs.from <= this.epochs.length) &&
      (samples === undefined || samples.from <= this.samples.length);
    if (!fits) return false;
    if (began !== undefined) this.began = began;
    if (steps) this.steps.apply(steps);
    if (epochs) this.epochs.apply(epochs);
    if (samples) this.samples = [...this.samples.slice(0, samples.from), ...samples.items];
    if (log) this.log = log;
    if (document !== undefined) this.document = document;
    return true;
  }
}
