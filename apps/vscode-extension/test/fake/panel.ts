import type { HostMessage } from '@kindling/dashboard/protocol';
import { EventEmitter } from './vscode.ts';

/** A webview whose page is the test. */
class FakeWebview {
  html = '';
  options: object = {};
  readonly cspSource = 'https://webview';
  /** Messages that have come and were not looked at. */
  readonly sent: HostMessage[] = [];
  readonly #said = new EventEmitter<unknown>();
  readonly #came = new EventEmitter<void>();

  readonly onDidReceiveMessage = this.#said.event;
  readonly asWebviewUri = (uri: object): object => uri;

  async postMessage(message: HostMessage): Promise<boolean> {
    this.sent.push(message);
    this.#came.fire();
    return true;
  }

  say(message: unknown): void {
    this.#said.fire(message);
  }

  /** The next message of a kind; those before it are passed over. */
  async next<T extends HostMessage>(isWanted: (message: HostMessage) => message is T): Promise<T> {
    for (;;) {
      const message = this.sent.shift();
      if (message === undefined) await new Promise<void>((resolve) => this.#came.event(resolve));
      else if (isWanted(message)) return message;
    }
  }
}

/** A panel that a test shows, hides and closes. */
export class FakePanel {
  readonly webview = new FakeWebview();
  visible = true;
  iconPath: unknown;
  isRevealed = false;
  isDisposed = false;
  readonly #state = new EventEmitter<void>();
  readonly #disposed = new EventEmitter<void>();
  readonly onDidChangeViewState = this.#state.event;
  readonly onDidDispose = this.#disposed.event;

  show(isVisible: boolean): void {
    this.visible = isVisible;
    this.#state.fire();
  }

  reveal(): void {
    this.isRevealed = true;
  }

  dispose(): void {
    this.isDisposed = true;
    this.#disposed.fire();
  }
}
