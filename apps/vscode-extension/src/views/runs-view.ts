import type { RunRow } from '@kindling/dashboard/protocol';
import {
  type Disposable,
  EventEmitter,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  type TreeView,
  window,
} from 'vscode';
import type { LiveRuns } from '../runs/live-runs.ts';
import { runItem } from './run-item.ts';

/** The view of runs, the newest first. */
export class RunsView implements TreeDataProvider<RunRow>, Disposable {
  readonly tree: TreeView<RunRow>;
  readonly #runs: LiveRuns;
  readonly #changed = new EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscription: Disposable;

  constructor(runs: LiveRuns) {
    this.#runs = runs;
    this.#subscription = runs.onDidChange(() => this.#changed.fire());
    this.tree = window.createTreeView('kindling.runs', { treeDataProvider: this, canSelectMany: true });
  }

  getChildren(parent?: RunRow): RunRow[] {
    return parent === undefined ? [...this.#runs.list.rows] : [];
  }

  getTreeItem(row: RunRow): TreeItem {
    const { id, label, description, lines, icon, color, context } = runItem(row);
    const item = new TreeItem(label);
    item.id = id;
    item.description = description;
    item.tooltip = lines.join('\n');
    item.iconPath = new ThemeIcon(icon, color === undefined ? undefined : new ThemeColor(color));
    item.contextValue = context;
    item.accessibilityInformation = { label: `${label}, ${description}` };
    return item;
  }

  dispose(): void {
    for (const one of [this.#subscription, this.tree, this.#changed]) one.dispose();
  }
}
