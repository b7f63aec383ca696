import { sep } from 'node:path';
import type { RunRow } from '@kindling/dashboard/protocol';
import { type Disposable, EventEmitter, workspace } from 'vscode';
import { workspaceFolderOf, workspaceFolders } from '../workspace.ts';
import { LiveRuns, type LiveRunsOptions } from './live-runs.ts';
import type { RunChange } from './run-list.ts';

/** A run of the workspace. */
export interface WorkspaceRun {
  readonly runs: LiveRuns;
  /** Which run of its folder. */
  readonly id: string;
}

/** What has changed, and in which folder; nothing where folders have come or gone. */
export interface WorkspaceRunChange extends RunChange {
  readonly runs: LiveRuns;
}

/** The runs of all folders of the workspace. */
export class WorkspaceRuns implements Disposable {
  readonly #options: LiveRunsOptions;
  /** By the address of the folder of the workspace. */
  readonly #folders = new Map<string, LiveRuns>();
  readonly #changed = new EventEmitter<WorkspaceRunChange | undefined>();
  readonly #subscription: Disposable;

  readonly onDidChange = this.#changed.event;

  constructor(options: LiveRunsOptions) {
    this.#options = options;
    this.#update();
    this.#subscription = workspace.onDidChangeWorkspaceFolders(() => {
      this.#update();
      this.#changed.fire(undefined);
    });
  }

  /** Those of each folder, in the order of the folders. */
  get folders(): readonly LiveRuns[] {
    return workspaceFolders().flatMap(({ uri }) => this.#folders.get(uri.toString()) ?? []);
  }

  /** Runs at work in any folder, the newest of each folder first. */
  get running(): readonly { readonly runs: LiveRuns; readonly row: RunRow }[] {
    return this.folders.flatMap((runs) => runs.list.running.map((row) => ({ runs, row })));
  }

  /** Those of the folder that a file is in, else of the first one; undefined without a folder. */
  of(path: string): LiveRuns | undefined {
    const folder = workspaceFolderOf(path);
    return folder && this.#folders.get(folder.uri.toString());
  }

  /** Those whose folder of runs has a path in it. */
  holding(path: string): LiveRuns | undefined {
    return this.folders.find(({ folder }) => path.startsWith(folder + sep));
  }

  /** Those of a folder, by its address. */
  at(address: string): LiveRuns | undefined {
    return this.#folders.get(address);
  }

  dispose(): void {
    this.#subscription.dispose();
    for (const runs of this.#folders.values()) runs.dispose();
    this.#changed.dispose();
  }

  #update(): void {
    const wanted = new Map(workspaceFolders().map((folder) => [folder.uri.toString(), folder]));
    for (const [address, runs] of this.#folders) {
      if (wanted.has(address)) continue;
      this.#folders.delete(address);
      runs.dispose();
    }
    for (const [address, folder] of wanted) {
      if (this.#folders.has(address)) continue;
      const runs = new LiveRuns(folder, this.#options);
      runs.onDidChange((change) => this.#changed.fire({ ...change, runs }));
      this.#folders.set(address, runs);
    }
  }
}
