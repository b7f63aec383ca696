import { randomBytes } from 'node:crypto';
import type { PageSession } from '@kindling/dashboard/host';
import type { HostMessage } from '@kindling/dashboard/protocol';
import { env, Uri, type WebviewPanel } from 'vscode';
import type { LiveRuns } from '../runs/live-runs.ts';
import { pageDocument } from './page-document.ts';
import { webviewMessage } from './webview-message.ts';

export interface CurvesPanelOptions {
  /** The folder of the extension. */
  readonly extension: Uri;
  readonly runs: LiveRuns;
  /** Receives failures of the page. */
  readonly log: (problem: string) => void;
  /** Runs that a page without a state shows first. */
  readonly selected?: readonly string[] | undefined;
}

/**
 * The dashboard in a webview. A hidden page is destroyed and what was sent to it is lost, so a page that says `ready` receives
 * everything from the beginning; its layout is in its own state.
 */
export class CurvesPanel {
  readonly panel: WebviewPanel;
  readonly #runs: LiveRuns;
  readonly #selected: readonly string[] | undefined;
  readonly #log: (problem: string) => void;
  /** Of the page that is there: one that was destroyed or loaded anew begins another. */
  #session: PageSession | undefined;

  constructor(panel: WebviewPanel, { extension, runs, log, selected }: CurvesPanelOptions) {
    this.panel = panel;
    this.#runs = runs;
    this.#selected = selected;
    this.#log = log;
    const { webview } = panel;
    webview.onDidReceiveMessage((message: unknown) => this.#receive(message));
    const moved = runs.onDidMove(() => this.#load(extension));
    const gone = runs.onDidDispose(() => panel.dispose());
    panel.onDidChangeViewState(() => {
      if (!panel.visible) this.#disconnect();
    });
    panel.onDidDispose(() => {
      moved.dispose();
      gone.dispose();
      this.#disconnect();
    });
    panel.iconPath = Uri.joinPath(extension, 'media', 'kindling.svg');
    const root = Uri.joinPath(extension, 'dist', 'page');
    webview.options = { enableScripts: true, localResourceRoots: [root] };
    this.#load(extension);
  }

  #load(extension: Uri): void {
    this.#disconnect();
    const { webview } = this.panel;
    const addressOf = (name: string): string =>
      webview.asWebviewUri(Uri.joinPath(extension, 'dist', 'page', name)).toString();
    webview.html = pageDocument({
      script: addressOf('index.js'),
      style: addressOf('index.css'),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('hex'),
      language: env.language,
      host: this.#runs.workspaceFolder.uri.toString(),
    });
  }

  #receive(message: unknown): void {
    if ((message as { type?: unknown } | null)?.type === 'ready') this.#connect();
    const problem = this.#session?.receive(message);
    if (problem !== undefined) this.#log(problem);
  }

  #connect(): void {
    this.#disconnect();
    const session = this.#runs.connect((message) => {
      void this.#post(message, session);
      // The next one goes when this one has arrived.
      return false;
    });
    this.#session = session;
  }

  async #post(message: HostMessage, session: PageSession): Promise<void> {
    const selected = this.#selected;
    const sent =
      message.type === 'snapshot' && selected !== undefined
        ? { ...message, selected: [...selected] }
        : message;
    const isThere = await this.panel.webview.postMessage(webviewMessage(sent)).then(
      (arrived) => arrived,
      () => false,
    );
    if (isThere) session.drained();
  }

  #disconnect(): void {
    this.#session?.close();
    this.#session = undefined;
  }
}
