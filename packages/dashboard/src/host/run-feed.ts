import { resolve } from 'node:path';
import { setTimeout as pauseFor } from 'node:timers/promises';
import type { RunActions } from './actions.ts';
import { FolderWatch } from './folder-watch.ts';
import { FollowedRuns } from './followed-runs.ts';
import { InterruptibleDelay } from './interruptible-delay.ts';
import { PageSession, type Send } from './page-session.ts';
import { BATCH_MS, POLL_MS } from './polling-intervals.ts';
import { RunIndex } from './run-index.ts';

export interface RunFeedOptions {
  /** The folder of runs. It may not exist yet. */
  readonly folder: string;
  /** What pages call the folder. Default: its path. */
  readonly label?: string | undefined;
  /** What pages may do with runs. Default: nothing. */
  readonly actions?: RunActions | undefined;
  /** Whether pages may write notes and tags. Default false. */
  readonly canAnnotate?: boolean | undefined;
  /** Receives what went wrong in a page. Default: nothing is done about it. */
  readonly report?: ((problem: string) => void) | undefined;
  /** Runs to show first. */
  readonly selected?: readonly string[] | undefined;
}

/**
 * The runs below a folder, for any number of pages: the table of runs, and the progress of those that a page follows. It looks at files
 * only while there is a page, and throws over nothing that a folder holds.
 */
export class RunFeed implements Disposable {
  readonly #options: RunFeedOptions;
  readonly #index: RunIndex;
  readonly #followed = new FollowedRuns();
  readonly #sessions = new Set<PageSession>();
  readonly #watch: FolderWatch;
  readonly #alarm = new InterruptibleDelay();
  #isScanned = false;
  #isAtWork = false;
  #isClosed = false;

  constructor(options: RunFeedOptions) {
    const path = resolve(options.folder);
    this.#options = { ...options, label: options.label ?? path };
    this.#watch = new FolderWatch(path, () => this.#alarm.ring());
    this.#index = new RunIndex(path, {
      changed: ({ id }) => {
        for (const session of this.#sessions) session.changed(id);
      },
      removed: (id) => {
        for (const session of this.#sessions) session.removed(id);
      },
    });
  }

  /** Begins to serve a page. @param send Takes messages to it. */
  connect(send: Send): PageSession {
    const feed = this;
    const session: PageSession = new PageSession(send, {
      options: this.#options,
      index: this.#index,
      followed: this.#followed,
      get isScanned() {
        return feed.#isScanned;
      },
      refreshed: () => {
        for (const each of this.#sessions) each.hurry();
      },
      left: () => {
        this.#sessions.delete(session);
        if (this.#sessions.size === 0) this.#wake();
      },
    });
    this.#sessions.add(session);
    if (!this.#isAtWork) void this.#work();
    return session;
  }

  /** Ends all sessions. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    for (const session of [...this.#sessions]) session.close();
    this.#wake();
  }

  readonly #isWanted = (): boolean => this.#sessions.size > 0 && !this.#isClosed;

  #wake(): void {
    this.#alarm.ring();
    this.#followed.wake();
  }

  #update(): void {
    for (const session of [...this.#sessions]) session.update();
  }

  /** Looks at files while there are pages. */
  async #work(): Promise<void> {
    this.#isAtWork = true;
    while (this.#isWanted()) {
      await Promise.all([this.#scan(), this.#followed.read(this.#isWanted, () => this.#update())]);
    }
    this.#watch.close();
    this.#isAtWork = false;
  }

  async #scan(): Promise<void> {
    while (this.#isWanted()) {
      const next = performance.now() + POLL_MS;
      this.#watch.open();
      await this.#index.scan((id) => this.#followed.has(id));
      this.#isScanned = true;
      this.#update();
      await this.#index.readLogs(() => !this.#isWanted() || performance.now() > next);
      this.#update();
      await pauseFor(BATCH_MS);
      if (this.#isWanted()) await this.#alarm.wait(next - performance.now());
    }
  }
}
