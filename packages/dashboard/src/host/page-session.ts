import { writeRunNotes } from '@kindling/train/runs';
import {
  type Answer,
  actionNames,
  type HostMessage,
  type PageMessage,
  PROTOCOL_VERSION,
  pageMessageSchema,
  type RunRow,
} from '../protocol.ts';
import type { FollowedRun } from './followed-run.ts';
import type { FollowedRuns } from './followed-runs.ts';
import { ROWS_MS } from './polling-intervals.ts';
import type { ProgressCursor } from './progress-cursor.ts';
import type { RunFeedOptions } from './run-feed.ts';
import type { RunIndex } from './run-index.ts';

/** Most rows of one message of changes. */
const MAX_ROWS = 1000;
/** Most requests that wait for their answer. */
const MAX_REQUESTS = 100;

/** Takes a message to the page. False where the page is behind: then nothing comes until `drained`. */
export type Send = (message: HostMessage) => boolean;

/** What a session needs of its feed. */
export interface SessionFeed {
  readonly options: RunFeedOptions;
  readonly index: RunIndex;
  readonly followed: FollowedRuns;
  /** Whether the index has looked at everything once. */
  readonly isScanned: boolean;
  /** A page has changed something; all pages are to be updated at once. */
  refreshed(): void;
  left(): void;
}

/**
 * What one page has received, and wants. Nothing is queued for it but answers: what it has not received yet is found out when it can take more,
 * so a slow page gets fewer and larger messages.
 */
export class PageSession {
  readonly #send: Send;
  readonly #feed: SessionFeed;
  #isBehind = false;
  #isClosed = false;
  /** What the page asked for with `ready`. */
  #snapshot: 'none' | 'wanted' | 'sent' = 'none';
  readonly #changed = new Set<string>();
  readonly #removed = new Set<string>();
  #rowsAt = 0;
  #wanted: readonly string[] = [];
  readonly #followed = new Map<string, { readonly run: FollowedRun; readonly cursor: ProgressCursor }>();
  readonly #answers: Answer[] = [];
  #requests = 0;

  constructor(send: Send, feed: SessionFeed) {
    this.#send = send;
    this.#feed = feed;
  }

  /**
   * Takes a message of the page.
   *
   * @returns what is wrong with it; undefined for a message of the protocol. It never throws.
   */
  receive(message: unknown): string | undefined {
    const parsed = pageMessageSchema.safeParse(message);
    if (!parsed.success) {
      const { path, message: problem } = parsed.error.issues[0]!;
      return `expected a message of a page, got ${path.join('.') || 'one'}: ${problem}`;
    }
    if (this.#isClosed) return undefined;
    const { data } = parsed;
    if (data.type === 'ready') this.#start();
    else if (data.type === 'follow') this.#follow(data.runs);
    else if (data.type === 'report') this.#feed.options.report?.(data.problem);
    else if (this.#requests >= MAX_REQUESTS) return `expected at most ${MAX_REQUESTS} requests at a time`;
    else void this.#answer(data);
    return undefined;
  }

  /** The page has taken what it was sent. */
  drained(): void {
    this.#isBehind = false;
    this.update();
  }

  /** Ends the session; the page is sent nothing more. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#follow([]);
    this.#feed.left();
  }

  /** A run is new, or its row has changed. */
  changed(id: string): void {
    if (this.#snapshot !== 'sent') return;
    this.#changed.add(id);
    this.#removed.delete(id);
  }

  /** A run is gone. */
  removed(id: string): void {
    this.#unfollow(id);
    if (this.#snapshot !== 'sent') return;
    this.#changed.delete(id);
    this.#removed.add(id);
  }

  /** Sends changed rows to the page at once. */
  hurry(): void {
    this.#rowsAt = 0;
    this.update();
  }

  /** Sends what the page can take of what it has not received yet. */
  update(): void {
    if (this.#isClosed) return;
    for (const id of this.#wanted) this.#attach(id);
    while (!this.#isBehind && !this.#isClosed) {
      const message = this.#next();
      if (message === undefined) return;
      try {
        this.#isBehind = !this.#send(message);
      } catch {
        // A page that is gone.
        this.close();
      }
    }
  }

  #start(): void {
    this.#follow([]);
    this.#snapshot = 'wanted';
    this.#changed.clear();
    this.#removed.clear();
    this.update();
  }

  #follow(runs: readonly string[]): void {
    const wanted = new Set(runs);
    for (const id of [...this.#followed.keys()]) if (!wanted.has(id)) this.#unfollow(id);
    this.#wanted = [...wanted];
    this.update();
  }

  #attach(id: string): void {
    if (this.#followed.has(id)) return;
    const folder = this.#feed.index.run(id)?.folder;
    if (folder === undefined) return;
    const run = this.#feed.followed.follow(id, folder);
    this.#followed.set(id, { run, cursor: run.addCursor() });
  }

  #unfollow(id: string): void {
    const found = this.#followed.get(id);
    if (found === undefined) return;
    this.#followed.delete(id);
    found.run.removeCursor(found.cursor);
    this.#feed.followed.release(found.run);
  }

  #next(): HostMessage | undefined {
    if (this.#answers.length > 0) return this.#answers.shift();
    if (this.#snapshot === 'wanted' && this.#feed.isScanned) {
      this.#snapshot = 'sent';
      return this.#makeSnapshot();
    }
    if (this.#snapshot !== 'sent') return undefined;
    return this.#nextRows() ?? this.#nextProgress();
  }

  #makeSnapshot(): HostMessage {
    const { folder, label = folder, actions = {}, canAnnotate = false, selected } = this.#feed.options;
    return {
      type: 'snapshot',
      version: PROTOCOL_VERSION,
      folder: label,
      actions: actionNames.filter((name) => actions[name] !== undefined),
      canAnnotate,
      runs: Array.from(this.#feed.index.runs(), ({ row }) => row!).sort(byStart),
      ...(selected === undefined ? {} : { selected: [...selected] }),
    };
  }

  #nextRows(): HostMessage | undefined {
    if (this.#changed.size + this.#removed.size === 0 || performance.now() < this.#rowsAt) return undefined;
    const ids = [...this.#changed].slice(0, MAX_ROWS);
    const removed = [...this.#removed];
    for (const id of ids) this.#changed.delete(id);
    this.#removed.clear();
    if (this.#changed.size === 0) this.#rowsAt = performance.now() + ROWS_MS;
    const changed = ids.flatMap((id) => this.#feed.index.run(id)?.row ?? []);
    return { type: 'runs', changed, removed };
  }

  #nextProgress(): HostMessage | undefined {
    for (const [id, followed] of this.#followed) {
      const message = followed.cursor.next();
      if (message === undefined) continue;
      // Each in its turn: a long log does not keep the others waiting.
      this.#followed.delete(id);
      this.#followed.set(id, followed);
      return message;
    }
    return undefined;
  }

  async #answer(message: Extract<PageMessage, { request: number }>): Promise<void> {
    this.#requests++;
    const { request } = message;
    let answer: Answer = { type: 'answer', request };
    try {
      await this.#do(message);
    } catch (error) {
      answer = { ...answer, error: error instanceof Error ? error.message : String(error) };
    }
    this.#requests--;
    this.#answers.push(answer);
    this.update();
  }

  async #do(message: Extract<PageMessage, { request: number }>): Promise<void> {
    const { options, index, refreshed } = this.#feed;
    const entry = index.run(message.run);
    if (entry === undefined) throw new Error(`expected a run, got none named ${JSON.stringify(message.run)}`);
    if (message.type === 'annotate') {
      if (!options.canAnnotate)
        throw new Error('notes: expected a host that keeps them, got one that only reads');
      writeRunNotes(entry.folder, message);
    } else {
      const act = options.actions?.[message.action];
      if (act === undefined) {
        throw new Error(`${message.action}: expected an action that is permitted, got one that is not`);
      }
      await act(entry.folder);
    }
    index.refresh(entry);
    refreshed();
  }
}

/** As `kindling runs list`: the one that began last first, and those that cannot be read behind. */
const byStart = (a: RunRow, b: RunRow): number =>
  (b.started ?? Number.NEGATIVE_INFINITY) - (a.started ?? Number.NEGATIVE_INFINITY) || (a.id < b.id ? -1 : 1);
