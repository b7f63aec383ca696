import { relative } from 'node:path';
import {
  type Disposable,
  EventEmitter,
  l10n,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { CliHost } from '../cli/cli-host.ts';
import type { ExperimentReference } from '../training/experiment-reference.ts';
import {
  type BuiltinExperiment,
  builtinExperiments,
  builtinReference,
  workspaceExperiments,
} from '../training/experiments.ts';
import { workspaceFolders } from '../workspace.ts';

/** What is in the view. Commands of its menus receive it. */
export type ExperimentNode =
  | { readonly kind: 'group'; readonly group: 'workspace' | 'builtin' }
  | {
      readonly kind: 'experiment';
      readonly experiment: ExperimentReference;
      readonly builtin?: BuiltinExperiment;
    }
  | { readonly kind: 'message'; readonly text: string };

const groups: readonly ExperimentNode[] = [
  { kind: 'group', group: 'workspace' },
  { kind: 'group', group: 'builtin' },
];

/** The view of experiments: files of the workspace, and those that are built in. */
export class ExperimentsView implements TreeDataProvider<ExperimentNode>, Disposable {
  readonly #cli: CliHost;
  readonly #changed = new EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscriptions: readonly Disposable[];

  constructor(cli: CliHost) {
    this.#cli = cli;
    const refresh = (): void => this.refresh();
    this.#subscriptions = [
      window.createTreeView('kindling.experiments', { treeDataProvider: this }),
      workspace.onDidSaveTextDocument(({ fileName }) => {
        if (/\.(json|mjs|ts)$/.test(fileName)) refresh();
      }),
      workspace.onDidCreateFiles(refresh),
      workspace.onDidDeleteFiles(refresh),
      workspace.onDidRenameFiles(refresh),
      workspace.onDidChangeWorkspaceFolders(refresh),
      cli.onDidChange(refresh),
    ];
  }

  refresh(): void {
    this.#changed.fire();
  }

  async getChildren(parent?: ExperimentNode): Promise<ExperimentNode[]> {
    if (parent === undefined) return [...groups];
    if (parent.kind !== 'group') return [];
    if (parent.group === 'workspace') {
      const experiments = await workspaceExperiments();
      return experiments.map((experiment) => ({ kind: 'experiment', experiment }));
    }
    try {
      const builtins = await builtinExperiments(this.#cli);
      return builtins.map((builtin) => ({
        kind: 'experiment',
        experiment: builtinReference(builtin),
        builtin,
      }));
    } catch (error) {
      return [{ kind: 'message', text: error instanceof Error ? error.message : String(error) }];
    }
  }

  getTreeItem(node: ExperimentNode): TreeItem {
    if (node.kind === 'group') {
      const label = node.group === 'workspace' ? l10n.t('Workspace') : l10n.t('Built-in');
      const item = new TreeItem(label, TreeItemCollapsibleState.Expanded);
      item.id = node.group;
      return item;
    }
    if (node.kind === 'message') {
      const item = new TreeItem(node.text);
      item.iconPath = new ThemeIcon('info');
      return item;
    }
    const { name, file } = node.experiment;
    const item = new TreeItem(name);
    item.iconPath = new ThemeIcon('beaker');
    item.contextValue = file === undefined ? 'experiment.builtin' : 'experiment.file';
    if (file === undefined) {
      item.description = node.builtin?.description ?? '';
      item.tooltip = node.builtin?.description ?? '';
    } else {
      item.description = relative(workspaceFolders()[0] ?? '', file);
      item.tooltip = file;
      item.command = { command: 'vscode.open', title: l10n.t('Open'), arguments: [Uri.file(file)] };
    }
    return item;
  }

  dispose(): void {
    for (const one of [...this.#subscriptions, this.#changed]) one.dispose();
  }
}
