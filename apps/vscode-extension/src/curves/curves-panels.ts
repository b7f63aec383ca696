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
import { CurvesPanel } from './curves-panel.ts';

/** What VS Code knows the panels by; its activation event is `onWebviewPanel:kindling.dashboard`. */
const viewType = 'kindling.dashboard';

/** The panels of curves: opened by commands, and restored when a window was loaded anew. */
export class CurvesPanels implements Disposable {
  readonly #extension: Uri;
  readonly #runs: LiveRuns;
  /** By the runs that they were opened for; the order does not matter. */
  readonly #panels = new Map<string, CurvesPanel>();
  readonly #serializer: Disposable;

  constructor({ extensionUri }: Pick<ExtensionContext, 'extensionUri'>, runs: LiveRuns) {
    this.#extension = extensionUri;
    this.#runs = runs;
    this.#serializer = window.registerWebviewPanelSerializer(viewType, {
      deserializeWebviewPanel: async (panel: WebviewPanel) => {
        this.#add(panel, []);
      },
    });
  }

  /** Shows runs; without any, those at work or the newest. A panel that was opened for the same ones comes to the front. */
  open(ids: readonly string[] = []): void {
    const known = this.#panels.get(keyOf(ids));
    if (known !== undefined) {
      known.panel.reveal();
      return;
    }
    const title = ids.length === 0 ? l10n.t('Training Curves') : ids.join(', ');
    const panel = window.createWebviewPanel(viewType, shortened(title), ViewColumn.Active);
    this.#add(panel, ids);
  }

  dispose(): void {
    this.#serializer.dispose();
  }

  #add(panel: WebviewPanel, ids: readonly string[]): void {
    const key = keyOf(ids);
    const curves = new CurvesPanel(panel, this.#extension, this.#runs, ids.length > 0 ? ids : undefined);
    this.#panels.set(key, curves);
    panel.onDidDispose(() => {
      if (this.#panels.get(key) === curves) this.#panels.delete(key);
    });
  }
}

const keyOf = (ids: readonly string[]): string => JSON.stringify([...ids].sort());

const shortened = (title: string): string => (title.length > 40 ? `${title.slice(0, 39)}…` : title);
