import type { RunColumns, SampleEvent } from '@kindling/train/events';
import type { ColumnBlock, Progress } from '../protocol.ts';

/** Most numbers of a block, and most letters of samples, in one message, about: a few megabytes. */
const MAX_NUMBERS = 250_000;
const MAX_SAMPLE_TEXT = 4_000_000;

/** A run that is sent to pages. */
export interface ProgressSource {
  readonly id: string;
  readonly columns: RunColumns;
  /** The samples of the log, in its order. */
  readonly samples: readonly SampleEvent[];
  /** Lines of the log that were passed over. */
  readonly log: { readonly skipped: number; readonly unknown: number; readonly problem?: string };
  /** The experiment or config as JSON text; undefined where it cannot be read. */
  readonly document: string | undefined;
}

/** How many rows and samples were sent to a page. */
export interface Position {
  readonly steps: number;
  readonly epochs: number;
  readonly samples: number;
}

/** What of a run was sent to a page. What was not sent yet is in the run's columns and takes no memory here. */
export class ProgressCursor {
  readonly #run: ProgressSource;
  #steps = 0;
  #epochs = 0;
  #samples = 0;
  /** Whether rows that the page has are gone, and nothing has taken their place. */
  #hasLost = false;
  #log = '';
  #isFirst = true;

  constructor(run: ProgressSource) {
    this.#run = run;
  }

  /** What lies behind the position has changed. */
  goBackTo({ steps, epochs, samples }: Position): void {
    this.#hasLost ||= steps < this.#steps || epochs < this.#epochs || samples < this.#samples;
    this.#steps = Math.min(this.#steps, steps);
    this.#epochs = Math.min(this.#epochs, epochs);
    this.#samples = Math.min(this.#samples, samples);
  }

  /** The next message to the page; undefined where everything was sent. */
  next(): Progress | undefined {
    const run = this.#run;
    const { steps, epochs, began } = run.columns;
    const log = JSON.stringify(run.log);
    const hasNew =
      steps.length > this.#steps || epochs.length > this.#epochs || run.samples.length > this.#samples;
    if (!hasNew && !this.#hasLost && !this.#isFirst && log === this.#log) return undefined;
    const document = this.#isFirst ? run.document : undefined;
    const message: Progress = {
      type: 'progress',
      run: run.id,
      ...(began === undefined ? {} : { began }),
      ...(document === undefined ? {} : { document }),
      ...(log === this.#log ? {} : { log: run.log }),
      ...(hasNew || this.#hasLost ? this.#rows() : {}),
    };
    this.#isFirst = this.#hasLost = false;
    this.#log = log;
    return message;
  }

  #rows(): Pick<Progress, 'steps' | 'epochs' | 'samples'> {
    const { samples } = this.#run;
    const { steps, epochs } = this.#run.columns;
    const hasLost = this.#hasLost;
    const stepBlock = blockFrom(this.#steps, steps.length, () => [
      ['step', steps.step],
      ['epoch', steps.epoch],
      ['time', steps.time],
      ...Array.from(steps.metrics, ([name, values]): Column => [`metric:${name}`, values]),
    ]);
    const epochBlock = blockFrom(this.#epochs, epochs.length, () => [
      ['epoch', epochs.epoch],
      ['step', epochs.step],
      ['seconds', epochs.seconds],
      ['time', epochs.time],
      ...[...epochs.groups].flatMap(([group, metrics]) =>
        Array.from(metrics, ([name, values]): Column => [`metric:${group}/${name}`, values]),
      ),
    ]);
    const from = this.#samples;
    const items = samples.slice(from, from + fitting(samples, from));
    this.#steps += stepBlock.length;
    this.#epochs += epochBlock.length;
    this.#samples += items.length;
    return {
      ...(stepBlock.length > 0 || hasLost ? { steps: stepBlock } : {}),
      ...(epochBlock.length > 0 || hasLost ? { epochs: epochBlock } : {}),
      ...(items.length > 0 || hasLost ? { samples: { from, items } } : {}),
    };
  }
}

type Column = readonly [name: string, values: Float64Array];

/** Rows from one on, as many as go into a message. */
function blockFrom(from: number, length: number, columnsOf: () => readonly Column[]): ColumnBlock {
  if (length <= from) return { from, length: 0, columns: {} };
  const columns = columnsOf();
  const rows = Math.min(length - from, Math.max(1, Math.floor(MAX_NUMBERS / columns.length)));
  // Columns are views of memory that changes: a message has its own.
  const cut = columns.map(([name, values]) => [name, values.slice(from, from + rows)] as const);
  return { from, length: rows, columns: Object.fromEntries(cut) };
}

/** How many samples go into a message, one at least. */
function fitting(samples: readonly SampleEvent[], from: number): number {
  let text = 0;
  for (let at = from; at < samples.length; at++) {
    text += JSON.stringify(samples[at]).length;
    if (text > MAX_SAMPLE_TEXT) return Math.max(1, at - from);
  }
  return samples.length - from;
}
