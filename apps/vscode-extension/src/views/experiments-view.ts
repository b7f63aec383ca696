import {
  type Disposable,
  EventEmitter,
  l10n,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  type WorkspaceFolder,
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
  | { readonly kind: 'builtins' }
  /** Experiments in files of a folder of the workspace. */
  | { readonly kind: 'folder'; readonly folder: WorkspaceFolder; readonly label: string }
  | {
      readonly kind: 'experiment';
      readonly experiment: ExperimentReference;
      readonly builtin?: BuiltinExperiment;
    }
  | { readonly kind: 'message'; readonly text: string };

/** A group for each folder, and that of the built-in experiments. */
function groups(): ExperimentNode[] {
  const folders = workspaceFolders();
  const label = (folder: WorkspaceFolder): string => (folders.length > 1 ? folder.name : l10n.t('Workspace'));
  return [
    ...folders.map((folder) => ({ kind: 'folder', folder, label: label(folder) }) as const),
    { kind: 'builtins' },
  ];
}

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
      cli.onDidChange(refresh),
    ];
  }

  refresh(): void {
    this.#changed.fire();
  }

  async getChildren(parent?: ExperimentNode): Promise<ExperimentNode[]> {
    if (parent === undefined) return groups();
    if (parent.kind === 'folder') {
      const experiments = await workspaceExperiments(parent.folder);
      return experiments.map((experiment) => ({ kind: 'experiment', experiment }));
    }
    if (parent.kind !== 'builtins') return [];
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
    if (node.kind === 'folder' || node.kind === 'builtins') {
      const label = node.kind === 'folder' ? node.label : l10n.t('Built-in');
      const item = new TreeItem(label, TreeItemCollapsibleState.Expanded);
      item.id = node.kind === 'folder' ? node.folder.uri.toString() : node.kind;
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
      item.description = workspace.asRelativePath(file, false);
      item.tooltip = file;
      item.command = { command: 'vscode.open', title: l10n.t('Open'), arguments: [Uri.file(file)] };
    }
    return item;
  }

  dispose(): void {
    for (const one of [...this.#subscriptions, this.#changed]) one.dispose();
  }
}
