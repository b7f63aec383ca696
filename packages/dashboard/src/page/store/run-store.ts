import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { HostMessage, PageMessage, Progress, RunRow, Snapshot } from '../../protocol.ts';
import { PROTOCOL_VERSION } from '../../protocol.ts';
import { RunData } from './run-data.ts';

/** What the host has said about its runs. Every signal is replaced, never changed; data of runs has a version. */
export class RunStore {
  readonly #post: (message: PageMessage) => void;
  readonly #rows = signal<ReadonlyMap<string, RunRow>>(new Map());
  readonly #snapshot = signal<Omit<Snapshot, 'runs'> | undefined>(undefined);
  readonly #followed = signal<ReadonlySet<string>>(new Set());
  readonly #data = new Map<string, { readonly data: RunData; readonly version: Signal<number> }>();
  readonly #progress = signal(0);

  constructor(post: (message: PageMessage) => void) {
    this.#post = post;
  }

  /** The runs by id, in the order in which the host named them. */
  get rows(): ReadonlySignal<ReadonlyMap<string, RunRow>> {
    return this.#rows;
  }

  /** Folder and abilities of the host; `undefined` before its first message. */
  get snapshot(): ReadonlySignal<Omit<Snapshot, 'runs'> | undefined> {
    return this.#snapshot;
  }

  get followed(): ReadonlySignal<ReadonlySet<string>> {
    return this.#followed;
  }

  /** Rises with every message of progress. */
  get progress(): ReadonlySignal<number> {
    return this.#progress;
  }

  /** The data of a followed run. Reading it in an effect or a component subscribes to its changes. */
  data(run: string): RunData | undefined {
    // Of a run without data yet, any progress may be its first.
    const entry = this.#data.get(run);
    if (entry === undefined) {
      void this.#progress.value;
      return undefined;
    }
    void entry.version.value;
    return entry.data;
  }

  /** Follows these runs and no others. */
  follow(runs: ReadonlySet<string>): void {
    const before = this.#followed.peek();
    if (before.size === runs.size && [...runs].every((run) => before.has(run))) return;
    for (const run of before) if (!runs.has(run)) this.#data.delete(run);
    batch(() => {
      this.#followed.value = new Set(runs);
      this.#progress.value++;
    });
    this.#post({ type: 'follow', runs: [...runs].slice(0, 1000) });
  }

  /** Asks for everything anew. */
  reload(): void {
    this.#post({ type: 'ready', version: PROTOCOL_VERSION });
  }

  receive(message: Exclude<HostMessage, { type: 'answer' }>): void {
    switch (message.type) {
      case 'snapshot': {
        const { runs, ...rest } = message;
        this.#data.clear();
        batch(() => {
          this.#rows.value = new Map(runs.map((row) => [row.id, row]));
          this.#snapshot.value = rest;
          this.#progress.value++;
        });
        // The host follows nothing for a page that is new to it.
        const runsFollowed = [...this.#followed.peek()].filter((run) => this.#rows.peek().has(run));
        this.#followed.value = new Set(runsFollowed);
        if (runsFollowed.length > 0) this.#post({ type: 'follow', runs: runsFollowed });
        return;
      }
      case 'runs': {
        const rows = new Map(this.#rows.peek());
        for (const row of message.changed) rows.set(row.id, row);
        for (const id of message.removed) rows.delete(id);
        this.#rows.value = rows;
        return;
      }
      case 'progress':
        this.#receiveProgress(message);
    }
  }

  #receiveProgress(message: Progress): void {
    // What was on its way when the run was let go.
    if (!this.#followed.peek().has(message.run)) return;
    let entry = this.#data.get(message.run);
    if (entry === undefined) {
      entry = { data: new RunData(message.run), version: signal(0) };
      this.#data.set(message.run, entry);
    }
    if (!entry.data.apply(message)) {
      // A message was lost: the run comes again from its beginning.
      this.#data.delete(message.run);
      const others = [...this.#followed.peek()].filter((run) => run !== message.run);
      this.#post({ type: 'follow', runs: others });
      this.#post({ type: 'follow', runs: [...others, message.run] });
      return;
    }
    batch(() => {
      entry.version.value++;
      this.#progress.value++;
    });
  }
}
