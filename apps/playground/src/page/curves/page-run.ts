import {
  MetricRanges,
  type ProgressCursor,
  type ProgressSource,
  RunProgress,
} from '@kindling/dashboard/progress';
import type { RunRow, RunRowState } from '@kindling/dashboard/protocol';
import { EventReader, type RunColumns, type SampleEvent } from '@kindling/train/events';

/** Longest text of a setting. */
const MAX_TEXT = 200;

/** A run of a program in this page, in memory alone. */
export class PageRun implements ProgressSource {
  readonly id: string;
  /** The name that the program gave, which several runs may have: `xor` of `xor-2`. */
  readonly name: string;
  readonly document: string;
  readonly #started = Date.now();
  readonly #progress = new RunProgress();
  readonly #ranges = new MetricRanges();
  readonly #reader: EventReader;
  #end: RunRowState | undefined;

  /** @param config As JSON text. */
  constructor(id: string, config: string) {
    this.id = id;
    this.name = id.replace(/-\d+$/, '');
    this.document = config;
    const sinks = [this.#progress, this.#ranges];
    this.#reader = new EventReader({
      step: (row) => {
        for (const sink of sinks) sink.step(row);
      },
      event: (event) => {
        for (const sink of sinks) sink.event(event);
      },
    });
  }

  get columns(): RunColumns {
    return this.#progress.columns;
  }

  get samples(): readonly SampleEvent[] {
    return this.#progress.samples;
  }

  get log(): ProgressSource['log'] {
    const { skipped, unknown, problem } = this.#reader;
    return { skipped, unknown, ...(problem === undefined ? {} : { problem }) };
  }

  get row(): RunRow {
    const { finished, ranges, steps, epochs, seconds } = this.#ranges;
    const reason = finished?.error ?? finished?.reason;
    return {
      id: this.id,
      name: this.id,
      state: finished?.status ?? this.#end ?? 'running',
      ...(reason === undefined ? {} : { reason }),
      started: this.#started,
      seconds,
      step: steps,
      epoch: epochs,
      settings: settingsOf(this.document),
      metrics: Object.fromEntries(ranges),
      note: '',
      tags: [],
    };
  }

  /** Takes a piece of its log. */
  push(text: string): void {
    this.#reader.push(text);
    this.#progress.moveCursors();
  }

  /** Its program has ended. */
  end(state: 'stopped' | 'failed'): void {
    this.#end ??= state;
  }

  addCursor(): ProgressCursor {
    return this.#progress.addCursor(this);
  }

  removeCursor(cursor: ProgressCursor): void {
    this.#progress.removeCursor(cursor);
  }
}

/** The settings on the first level of a config. */
function settingsOf(config: string): Record<string, string> {
  const settings: unknown = JSON.parse(config);
  if (typeof settings !== 'object' || settings === null) return {};
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, MAX_TEXT),
    ]),
  );
}
