import type { ProgressCursor } from '@kindling/dashboard/progress';
import { type HostMessage, PROTOCOL_VERSION, pageMessageSchema } from '@kindling/dashboard/protocol';
import { type ReadonlySignal, signal } from '@preact/signals';
import { PageRun } from './page-run.ts';

/** Runs that are kept, and runs of one name that are shown together. */
const MAX_RUNS = 30;
const MAX_SHOWN = 3;
/** How often what is new is sent to the dashboard. */
const INTERVAL_MS = 100;

/** The host of the dashboard that this page holds in a frame: the runs of its programs. */
export class RunHost {
  readonly #hasRuns = signal(false);
  readonly #runs = new Map<string, PageRun>();
  readonly #cursors = new Map<string, ProgressCursor>();
  readonly #changed = new Set<PageRun>();
  readonly #send: (message: HostMessage) => void;
  /** Runs of the program that runs now. */
  readonly #current = new Set<PageRun>();
  #shown: readonly string[] = [];
  #isReady = false;
  #isWaiting = false;

  /** @param send Takes a message to the dashboard. */
  constructor(send: (message: HostMessage) => void) {
    this.#send = send;
  }

  /** Whether a program has begun a run: before that there is nothing to see. */
  get hasRuns(): ReadonlySignal<boolean> {
    return this.#hasRuns;
  }

  /** Takes a message of the dashboard; what is none is passed over. */
  receive(data: unknown): void {
    const { data: message } = pageMessageSchema.safeParse(data);
    if (message?.type === 'ready') this.#start();
    else if (message?.type === 'follow') this.#follow(new Set(message.runs));
    else if (message?.type === 'report') console.error(message.problem);
    else if (message !== undefined) {
      this.#send({
        type: 'answer',
        request: message.request,
        error: `${message.type}: expected a host that does it`,
      });
    }
  }

  /** A program has begun a run, or goes on with one. */
  begin(id: string, config: string): void {
    const run = new PageRun(id, config);
    this.#unfollow(id);
    this.#runs.delete(id);
    this.#runs.set(id, run);
    this.#current.add(run);
    this.#hasRuns.value = true;
    const removed = this.#dropOldest();
    const named = [...this.#runs.values()].filter(({ name }) => name === run.name).reverse();
    this.#shown = named.slice(0, MAX_SHOWN).map((one) => one.id);
    if (this.#isReady) this.#send({ type: 'runs', changed: [run.row], removed, selected: [...this.#shown] });
  }

  /** A run has logged something. */
  log(id: string, text: string): void {
    const run = this.#runs.get(id);
    if (run === undefined) return;
    run.push(text);
    this.#changed.add(run);
    this.#tellSoon();
  }

  /** The program has ended, and with it the runs that it did not finish. */
  endProgram(state: 'stopped' | 'failed'): void {
    for (const run of this.#current) {
      run.end(state);
      this.#changed.add(run);
    }
    this.#current.clear();
    this.#tellSoon();
  }

  #start(): void {
    this.#isReady = false;
    this.#follow(new Set());
    this.#changed.clear();
    this.#isReady = true;
    this.#send({
      type: 'snapshot',
      version: PROTOCOL_VERSION,
      folder: '',
      actions: [],
      canAnnotate: false,
      runs: [...this.#runs.values()].reverse().map(({ row }) => row),
      selected: [...this.#shown],
    });
  }

  #follow(wanted: ReadonlySet<string>): void {
    for (const id of [...this.#cursors.keys()]) if (!wanted.has(id)) this.#unfollow(id);
    for (const id of wanted) {
      const run = this.#runs.get(id);
      if (run !== undefined && !this.#cursors.has(id)) this.#cursors.set(id, run.addCursor());
    }
    this.#tell();
  }

  #tellSoon(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    setTimeout(() => this.#tell(), INTERVAL_MS);
  }

  #tell(): void {
    this.#isWaiting = false;
    if (!this.#isReady) return;
    const changed = Array.from(this.#changed, ({ row }) => row);
    this.#changed.clear();
    if (changed.length > 0) this.#send({ type: 'runs', changed, removed: [] });
    for (const cursor of this.#cursors.values()) {
      for (let message = cursor.next(); message !== undefined; message = cursor.next()) this.#send(message);
    }
  }

  #unfollow(id: string): void {
    const cursor = this.#cursors.get(id);
    if (cursor !== undefined) this.#runs.get(id)?.removeCursor(cursor);
    this.#cursors.delete(id);
  }

  #dropOldest(): string[] {
    const removed = [...this.#runs.keys()].slice(0, Math.max(0, this.#runs.size - MAX_RUNS));
    for (const id of removed) {
      this.#runs.delete(id);
      this.#cursors.delete(id);
    }
    return removed;
  }
}
