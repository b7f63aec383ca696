import {
  type Disposable,
  EventEmitter,
  l10n,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeView,
  window,
} from 'vscode';
import type { LiveRuns } from '../runs/live-runs.ts';
import type { WorkspaceRun, WorkspaceRunChange, WorkspaceRuns } from '../runs/workspace-runs.ts';
import { runItem } from './run-item.ts';

/** So many runs of a folder are shown, and so many more each time that older ones are asked for. */
export const PAGE = 200;

/** What is in the view. Commands of its menus receive it. */
export type RunNode =
  | ({ readonly kind: 'run' } & WorkspaceRun)
  | { readonly kind: 'folder'; readonly runs: LiveRuns }
  | { readonly kind: 'older'; readonly runs: LiveRuns; readonly count: number };

/** The view of runs, the newest first; below their folders where the workspace has several. */
export class RunsView implements TreeDataProvider<RunNode>, Disposable {
  readonly tree: TreeView<RunNode>;
  readonly #runs: WorkspaceRuns;
  readonly #changed = new EventEmitter<RunNode[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscription: Disposable;
  /** The nodes of each folder by the ids of their runs: an editor knows a node that is shown by its object. */
  readonly #nodes = new WeakMap<LiveRuns, Map<string, RunNode>>();
  readonly #shown = new WeakMap<LiveRuns, number>();

  constructor(runs: WorkspaceRuns) {
    this.#runs = runs;
    this.#subscription = runs.onDidChange((change) => this.#update(change));
    this.tree = window.createTreeView('kindling.runs', { treeDataProvider: this, canSelectMany: true });
  }

  getChildren(parent?: RunNode): RunNode[] {
    if (parent?.kind === 'folder') return this.#nodesOf(parent.runs);
    if (parent !== undefined) return [];
    const { folders } = this.#runs;
    if (folders.length === 1) return this.#nodesOf(folders[0]!);
    // A view without items shows its welcome.
    if (folders.every(({ list }) => list.rows.length === 0)) return [];
    return folders.map((runs) => ({ kind: 'folder', runs }));
  }

  getTreeItem(node: RunNode): TreeItem {
    if (node.kind === 'folder') return folderItem(node.runs);
    if (node.kind === 'older') return olderItem(node);
    const row = node.runs.list.get(node.id);
    if (row === undefined) return new TreeItem(node.id);
    const { label, description, lines, icon, color, context } = runItem(row);
    const item = new TreeItem(label);
    item.id = idOf(node.runs, node.id);
    item.description = description;
    item.tooltip = lines.join('\n');
    item.iconPath = new ThemeIcon(icon, color === undefined ? undefined : new ThemeColor(color));
    item.contextValue = context;
    item.accessibilityInformation = { label: `${label}, ${description}` };
    return item;
  }

  /** Shows more of the older runs of a folder. */
  showOlder({ runs }: Extract<RunNode, { kind: 'older' }>): void {
    this.#shown.set(runs, this.#limitOf(runs) + PAGE);
    this.#changed.fire(undefined);
  }

  dispose(): void {
    for (const one of [this.#subscription, this.tree, this.#changed]) one.dispose();
  }

  #limitOf(runs: LiveRuns): number {
    return this.#shown.get(runs) ?? PAGE;
  }

  #nodesOf(runs: LiveRuns): RunNode[] {
    const { rows } = runs.list;
    const limit = this.#limitOf(runs);
    const before = this.#nodes.get(runs);
    const nodes = new Map<string, RunNode>();
    for (const { id } of rows.slice(0, limit)) nodes.set(id, before?.get(id) ?? { kind: 'run', runs, id });
    this.#nodes.set(runs, nodes);
    const count = rows.length - nodes.size;
    return count === 0 ? [...nodes.values()] : [...nodes.values(), { kind: 'older', runs, count }];
  }

  /** Where only rows have changed, those that are shown are drawn anew. */
  #update(change: WorkspaceRunChange | undefined): void {
    if (change === undefined || change.isReordered) {
      this.#changed.fire(undefined);
      return;
    }
    const nodes = this.#nodes.get(change.runs);
    const shown = change.changed.flatMap((id) => nodes?.get(id) ?? []);
    if (shown.length > 0) this.#changed.fire(shown);
  }
}

/** Folders may have runs of the same name. */
const idOf = (runs: LiveRuns, run: string): string => `${runs.workspaceFolder.uri.toString()}\n${run}`;

function folderItem(runs: LiveRuns): TreeItem {
  const item = new TreeItem(runs.name, TreeItemCollapsibleState.Expanded);
  item.id = runs.workspaceFolder.uri.toString();
  item.iconPath = ThemeIcon.Folder;
  item.tooltip = runs.folder;
  item.contextValue = 'folder';
  return item;
}

function olderItem(node: Extract<RunNode, { kind: 'older' }>): TreeItem {
  const item = new TreeItem(l10n.t('{0} older runs', node.count.toLocaleString('en')));
  item.id = idOf(node.runs, '');
  item.iconPath = new ThemeIcon('ellipsis');
  item.command = { command: 'kindling.showOlderRuns', title: l10n.t('Show More'), arguments: [node] };
  return item;
}
