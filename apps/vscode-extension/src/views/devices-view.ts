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
import { failureText } from '../cli/cli.ts';
import { type CliHost, cliText } from '../cli/cli-host.ts';
import { readJsonLines } from '../cli/json-lines.ts';
import { type DeviceRecord, deviceRecord } from './device-record.ts';

type DeviceNode =
  | { readonly kind: 'device'; readonly device: DeviceRecord }
  | { readonly kind: 'check'; readonly text: string };

/** The view of devices: which work, and of the others what was looked for and what was found. */
export class DevicesView implements TreeDataProvider<DeviceNode>, Disposable {
  readonly #cli: CliHost;
  readonly #changed = new EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #tree: TreeView<DeviceNode>;
  readonly #subscription: Disposable;

  constructor(cli: CliHost) {
    this.#cli = cli;
    this.#tree = window.createTreeView('kindling.devices', { treeDataProvider: this });
    this.#subscription = cli.onDidChange(() => this.refresh());
  }

  refresh(): void {
    this.#changed.fire();
  }

  async getChildren(parent?: DeviceNode): Promise<DeviceNode[]> {
    if (parent?.kind === 'check') return [];
    if (parent?.kind === 'device') {
      return parent.device.checks.map(({ engine, result }) => ({
        kind: 'check',
        text: `${engine}: ${result}`,
      }));
    }
    // A view without items shows its welcome, which offers to install the command line.
    const place = this.#cli.find();
    if (place === undefined) return [];
    this.#tree.description = cliText(place);
    try {
      const result = await this.#cli.run(['devices', '--json']);
      const devices = readJsonLines(result?.stdout ?? '', deviceRecord);
      if (devices.length > 0) return devices.map((device) => ({ kind: 'device', device }));
      return [{ kind: 'check', text: result === undefined ? '' : failureText(result) }];
    } catch (error) {
      return [{ kind: 'check', text: String(error) }];
    }
  }

  getTreeItem(node: DeviceNode): TreeItem {
    if (node.kind === 'check') {
      const item = new TreeItem(node.text);
      item.tooltip = node.text;
      return item;
    }
    const { device, available, engine, name, checks } = node.device;
    const item = new TreeItem(device, TreeItemCollapsibleState.Collapsed);
    item.id = device;
    item.description = available ? (name ?? engine ?? '') : l10n.t('not available');
    item.tooltip = checks.map((check) => `${check.engine}: ${check.result}`).join('\n');
    item.iconPath = available
      ? new ThemeIcon('chip', new ThemeColor('charts.green'))
      : new ThemeIcon('circle-slash');
    return item;
  }

  dispose(): void {
    for (const one of [this.#subscription, this.#tree, this.#changed]) one.dispose();
  }
}
