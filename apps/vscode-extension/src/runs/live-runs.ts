import { relative, sep } from 'node:path';
import { type PageSession, RunFeed, type RunFeedOptions, type Send } from '@kindling/dashboard/host';
import { PROTOCOL_VERSION } from '@kindling/dashboard/protocol';
import { type Disposable, EventEmitter, workspace } from 'vscode';
import { runsFolder } from '../workspace.ts';
import { RunList } from './run-list.ts';

/**
 * The runs of the workspace, for the views and for the panels of curves: one feed reads them for all. Nothing is read before
 * the first request. `onDidChange` fires when rows have changed, about once a second while a run is at work.
 */
export class LiveRuns implements Disposable {
  readonly #options: Omit<RunFeedOptions, 'folder' | 'label'>;
  readonly #list = new RunList();
  readonly #changed = new EventEmitter<void>();
  readonly #moved = new EventEmitter<void>();
  readonly #subscriptions: readonly Disposable[];
  #feed: RunFeed | undefined;
  #folder: string | undefined;
  /** Resolves with the first message of the feed. */
  #known: Promise<void> | undefined;

  readonly onDidChange = this.#changed.event;
  /** The runs of another folder are served now; pages have to connect anew. */
  readonly onDidMove = this.#moved.event;

  constructor(options: Omit<RunFeedOptions, 'folder' | 'label'>) {
    this.#options = options;
    this.#subscriptions = [
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('kindling.runsDirectory')) this.#move();
      }),
      workspace.onDidChangeWorkspaceFolders(() => this.#move()),
    ];
  }

  /** The folder that the runs are in; undefined without a folder of a workspace. */
  get folder(): string | undefined {
    return runsFolder();
  }

  get list(): RunList {
    this.#open();
    return this.#list;
  }

  /** Serves a page. Undefined without a folder of a workspace. */
  connect(send: Send): PageSession | undefined {
    return this.#open()?.connect(send);
  }

  /** The id of the run in a folder. */
  idOf(path: string): string {
    return relative(this.folder ?? '', path)
      .split(sep)
      .join('/');
  }

  /** Resolves when all runs are known. */
  async ready(): Promise<void> {
    if (this.#open() !== undefined) await this.#known;
  }

  /** Whether a run comes to be there before `ended`. */
  async appearance(id: string, ended: Promise<unknown>): Promise<boolean> {
    if (this.list.get(id) !== undefined) return true;
    let subscription: Disposable | undefined;
    const appeared = new Promise<void>((resolve) => {
      subscription = this.onDidChange(() => {
        if (this.#list.get(id) !== undefined) resolve();
      });
    });
    await Promise.race([appeared, ended]);
    subscription?.dispose();
    return this.#list.get(id) !== undefined;
  }

  dispose(): void {
    this.#feed?.[Symbol.dispose]();
    for (const one of [...this.#subscriptions, this.#changed, this.#moved]) one.dispose();
  }

  #open(): RunFeed | undefined {
    if (this.#feed !== undefined) return this.#feed;
    const { folder } = this;
    if (folder === undefined) return undefined;
    this.#folder = folder;
    this.#feed = new RunFeed({ ...this.#options, folder, label: workspace.asRelativePath(folder) });
    let isKnown: (() => void) | undefined;
    this.#known = new Promise((resolve) => {
      isKnown = resolve;
    });
    const session = this.#feed.connect((message) => {
      isKnown?.();
      if (this.#list.receive(message)) this.#changed.fire();
      return true;
    });
    session.receive({ type: 'ready', version: PROTOCOL_VERSION });
    return this.#feed;
  }

  #move(): void {
    if (this.#feed === undefined || this.folder === this.#folder) return;
    this.#feed[Symbol.dispose]();
    this.#feed = undefined;
    this.#list.clear();
    this.#open();
    this.#changed.fire();
    this.#moved.fire();
  }
}
