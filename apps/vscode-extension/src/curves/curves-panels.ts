import {
  type Disposable,
  type ExtensionContext,
  l10n,
  type Uri,
  ViewColumn,
  type WebviewPanel,
  window,
} from 'vscode';
import type { LiveRuns } from '../runs/live-runs.ts';
import type { WorkspaceRuns } from '../runs/workspace-runs.ts';
import { CurvesPanel } from './curves-panel.ts';

/** What VS Code knows the panels by; its activation event is `onWebviewPanel:kindling.dashboard`. */
const viewType = 'kindling.dashboard';

/** The panels of curves, each of one folder of the workspace: opened by commands, and restored when a window was loaded anew. */
export class CurvesPanels implements Disposable {
  readonly #extension: Uri;
  readonly #runs: WorkspaceRuns;
  readonly #log: (problem: string) => void;
  /** By their folder and the runs that they were opened for; the order does not matter. */
  readonly #panels = new Map<string, CurvesPanel>();
  readonly #serializer: Disposable;

  /** @param log Receives failures of a page. */
  constructor(
    { extensionUri }: Pick<ExtensionContext, 'extensionUri'>,
    runs: WorkspaceRuns,
    log: (problem: string) => void,
  ) {
    this.#extension = extensionUri;
    this.#runs = runs;
    this.#log = log;
    this.#serializer = window.registerWebviewPanelSerializer(viewType, {
      deserializeWebviewPanel: async (panel: WebviewPanel, state: unknown) => {
        const host = (state as { readonly host?: unknown } | null | undefined)?.host;
        const folder = (typeof host === 'string' ? runs.at(host) : undefined) ?? runs.folders[0];
        if (folder === undefined) panel.dispose();
        else this.#add(panel, folder, []);
      },
    });
  }

  /**
   * Shows runs of a folder; without any, those at work or the newest. A panel that was opened for the same ones comes to the front.
   * With `preserveFocus`, what is typed or chosen at that moment is not interrupted.
   */
  open(runs: LiveRuns, ids: readonly string[] = [], preserveFocus = false): void {
    const known = this.#panels.get(keyOf(runs, ids));
    if (known !== undefined) {
      known.panel.reveal(undefined, preserveFocus);
      return;
    }
    const named = ids.length === 0 ? l10n.t('Training Curves') : ids.join(', ');
    const title = this.#runs.folders.length > 1 ? `${runs.name}: ${named}` : named;
    const place = { viewColumn: ViewColumn.Active, preserveFocus };
    const panel = window.createWebviewPanel(viewType, shortened(title), place);
    this.#add(panel, runs, ids);
  }

  dispose(): void {
    this.#serializer.dispose();
  }

  #add(panel: WebviewPanel, runs: LiveRuns, ids: readonly string[]): void {
    const key = keyOf(runs, ids);
    const selected = ids.length > 0 ? ids : undefined;
    const curves = new CurvesPanel(panel, { extension: this.#extension, runs, log: this.#log, selected });
    this.#panels.set(key, curves);
    panel.onDidDispose(() => {
      if (this.#panels.get(key) === curves) this.#panels.delete(key);
    });
  }
}

const keyOf = ({ workspaceFolder }: LiveRuns, ids: readonly string[]): string =>
  JSON.stringify([workspaceFolder.uri.toString(), ...[...ids].sort()]);

const shortened = (title: string): string => (title.length > 40 ? `${title.slice(0, 39)}…` : title);
