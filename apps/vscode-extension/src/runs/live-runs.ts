import { relative, sep } from 'node:path';
import { type PageSession, RunFeed, type RunFeedOptions, type Send } from '@kindling/dashboard/host';
import { PROTOCOL_VERSION } from '@kindling/dashboard/protocol';
import { type Disposable, EventEmitter, type WorkspaceFolder, workspace } from 'vscode';
import { runsFolder } from '../workspace.ts';
import { type RunChange, RunList } from './run-list.ts';

export type LiveRunsOptions = Omit<RunFeedOptions, 'folder' | 'label'>;

/**
 * The runs of a folder of the workspace, for the views and for the panels of curves: one feed reads them for all. Nothing is read
 * before the first request. `onDidChange` fires when rows have changed, about once a second while a run is at work.
 */
export class LiveRuns implements Disposable {
  readonly workspaceFolder: WorkspaceFolder;
  readonly #options: LiveRunsOptions;
  readonly #list = new RunList();
  readonly #changed = new EventEmitter<RunChange>();
  readonly #moved = new EventEmitter<void>();
  readonly #disposed = new EventEmitter<void>();
  readonly #subscription: Disposable;
  #feed: RunFeed | undefined;
  #folder: string | undefined;
  /** Resolves with the first message of the feed, or when the feed has ended. */
  #known: Promise<void> | undefined;
  #setKnown: (() => void) | undefined;

  readonly onDidChange = this.#changed.event;
  /** The runs of another folder are served now; pages have to connect anew. */
  readonly onDidMove = this.#moved.event;
  /** The folder of the workspace is none any more. */
  readonly onDidDispose = this.#disposed.event;

  constructor(workspaceFolder: WorkspaceFolder, options: LiveRunsOptions) {
    this.workspaceFolder = workspaceFolder;
    this.#options = options;
    this.#subscription = workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('kindling.runsDirectory', workspaceFolder.uri)) this.#move();
    });
  }

  /** What the folder of the workspace is called. */
  get name(): string {
    return this.workspaceFolder.name;
  }

  /** The folder that the runs are in. */
  get folder(): string {
    return runsFolder(this.workspaceFolder);
  }

  get list(): RunList {
    this.#open();
    return this.#list;
  }

  /** Serves a page. */
  connect(send: Send): PageSession {
    return this.#open().connect(send);
  }

  /** The id of the run in a folder. */
  idOf(path: string): string {
    return relative(this.folder, path).split(sep).join('/');
  }

  /** Resolves when all runs are known. */
  async ready(): Promise<void> {
    this.#open();
    await this.#known;
  }

  /** The first run that a search finds in the list; undefined where it found none before `ended`. */
  async appearance<T>(
    search: (list: RunList) => T | undefined,
    ended: Promise<unknown>,
  ): Promise<T | undefined> {
    await this.ready();
    const known = search(this.#list);
    if (known !== undefined) return known;
    let subscription: Disposable | undefined;
    const appeared = new Promise<void>((resolve) => {
      subscription = this.onDidChange(() => {
        if (search(this.#list) !== undefined) resolve();
      });
    });
    await Promise.race([appeared, ended]);
    subscription?.dispose();
    return search(this.#list);
  }

  dispose(): void {
    this.#feed?.[Symbol.dispose]();
    this.#setKnown?.();
    this.#disposed.fire();
    for (const one of [this.#subscription, this.#changed, this.#moved, this.#disposed]) one.dispose();
  }

  #open(): RunFeed {
    if (this.#feed !== undefined) return this.#feed;
    const { folder } = this;
    this.#folder = folder;
    this.#feed = new RunFeed({ ...this.#options, folder, label: workspace.asRelativePath(folder) });
    this.#known = new Promise((resolve) => {
      this.#setKnown = resolve;
    });
    const session = this.#feed.connect((message) => {
      this.#setKnown?.();
      const change = this.#list.receive(message);
      if (change !== undefined) this.#changed.fire(change);
      return true;
    });
    session.receive({ type: 'ready', version: PROTOCOL_VERSION });
    return this.#feed;
  }

  #move(): void {
    if (this.#feed === undefined || this.folder === this.#folder) return;
    this.#feed[Symbol.dispose]();
    this.#feed = undefined;
    this.#setKnown?.();
    this.#list.clear();
    this.#open();
    this.#changed.fire({ changed: [], isReordered: true });
    this.#moved.fire();
  }
}
