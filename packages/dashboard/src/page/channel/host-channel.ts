import type { HostMessage, PageMessage } from '../../protocol.ts';

/** How the page reaches its host. */
export interface HostChannel {
  post(message: PageMessage): void;
  /** Each message of the host, as far as it can be read; `onProblem` receives what is wrong with the others. */
  onMessage(listener: (message: HostMessage) => void): void;
  onProblem(listener: (problem: string) => void): void;
  /** Whether the host can be reached; a host that comes back knows nothing of the page. */
  onConnection(listener: (isConnected: boolean) => void): void;
  /** What `setState` kept, in this page or an earlier one. */
  getState(): unknown;
  setState(state: object): void;
}
