import type { HostMessage, PageMessage } from '../../protocol.ts';
import type { HostChannel } from './host-channel.ts';
import { readMessage } from './read-message.ts';

/** What VS Code gives to a webview, once. */
export interface WebviewApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/**
 * A host that shows the page in a webview of VS Code. Hidden pages are destroyed; their state stays, and with it what the host wants back
 * where it restores the page: the attribute `data-host` of the element that the page is drawn in.
 */
export class WebviewChannel implements HostChannel {
  readonly #api: WebviewApi;
  readonly #host: string | undefined;
  #problemListeners: ((problem: string) => void)[] = [];

  constructor(api: WebviewApi, { host }: DOMStringMap) {
    this.#api = api;
    this.#host = host;
  }

  post(message: PageMessage): void {
    this.#api.postMessage(message);
  }

  onMessage(listener: (message: HostMessage) => void): void {
    addEventListener('message', ({ data }) => {
      const read = readMessage(data);
      if ('message' in read) listener(read.message);
      else for (const report of this.#problemListeners) report(read.problem);
    });
  }

  onProblem(listener: (problem: string) => void): void {
    this.#problemListeners.push(listener);
  }

  onConnection(listener: (isConnected: boolean) => void): void {
    listener(true);
  }

  getState(): unknown {
    return this.#api.getState();
  }

  setState(state: object): void {
    this.#api.setState(this.#host === undefined ? state : { ...state, host: this.#host });
  }
}
