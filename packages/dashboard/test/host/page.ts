import type { PageSession } from '../../src/host/page-session.ts';
import { RunFeed, type RunFeedOptions } from '../../src/host.ts';
import {
  formatHostMessage,
  type HostMessage,
  hostMessageSchema,
  PROTOCOL_VERSION,
  type RunRow,
} from '../../src/protocol.ts';
import { replaceRows, type Table } from './page-tables.ts';

/** What a page holds of a run. */
interface Shown {
  steps: Table;
  epochs: Table;
  samples: unknown[];
  document?: string | undefined;
  log?: unknown;
}

/** A page that takes every message of a feed through text, and holds what the protocol says that it holds. */
export class Page implements Disposable {
  readonly feed: RunFeed;
  readonly session: PageSession;
  readonly messages: HostMessage[] = [];
  readonly rows = new Map<string, RunRow>();
  readonly shown = new Map<string, Shown>();
  /** Whether the page can take more. */
  isFast = true;
  readonly #waiting = new Set<() => void>();

  constructor(feed: RunFeed) {
    this.feed = feed;
    this.session = feed.connect((message) => {
      this.#take(hostMessageSchema.parse(JSON.parse(formatHostMessage(message))));
      return this.isFast;
    });
    this.session.receive({ type: 'ready', version: PROTOCOL_VERSION });
  }

  [Symbol.dispose](): void {
    this.session.close();
  }

  follow(...runs: string[]): void {
    this.session.receive({ type: 'follow', runs });
  }

  /** Waits until a message has made something true. */
  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Sends a request and waits for its answer: undefined, or the error. */
  async request(message: object): Promise<string | undefined> {
    const request = this.messages.length;
    const problem = this.session.receive({ ...message, request });
    if (problem !== undefined) throw new Error(problem);
    const answer = () => this.messages.find((one) => one.type === 'answer' && one.request === request);
    await this.until(() => answer() !== undefined);
    const found = answer();
    return found?.type === 'answer' ? found.error : undefined;
  }

  steps(run: string): number[] {
    return this.shown.get(run)?.steps.step ?? [];
  }

  #take(message: HostMessage): void {
    this.messages.push(message);
    if (message.type === 'snapshot') {
      this.rows.clear();
      this.shown.clear();
      for (const row of message.runs) this.rows.set(row.id, row);
    } else if (message.type === 'runs') {
      for (const row of message.changed) this.rows.set(row.id, row);
      for (const id of message.removed) this.rows.delete(id);
    } else if (message.type === 'progress') {
      const shown: Shown = this.shown.get(message.run) ?? { steps: {}, epochs: {}, samples: [] };
      this.shown.set(message.run, shown);
      if (message.steps !== undefined) replaceRows(shown.steps, message.steps);
      if (message.epochs !== undefined) replaceRows(shown.epochs, message.epochs);
      if (message.samples !== undefined) {
        shown.samples.splice(message.samples.from, Number.POSITIVE_INFINITY, ...message.samples.items);
      }
      shown.document ??= message.document;
      shown.log = message.log ?? shown.log;
    }
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

/** A feed and a page of it. */
export function openPage(options: RunFeedOptions): Page {
  return new Page(new RunFeed(options));
}
