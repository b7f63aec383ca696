import type { HostMessage, PageMessage } from '../../protocol.ts';
import type { HostChannel } from './host-channel.ts';
import { readMessage } from './read-message.ts';
import { StoredState } from './stored-state.ts';

/**
 * A host that is the page of the same origin which holds this one in a frame. Messages pass between the two windows as objects; those of
 * other windows are none of the host's.
 */
export class FrameChannel implements HostChannel {
  readonly #host: Window;
  readonly #state = new StoredState('kindling-frame');
  #problemListeners: ((problem: string) => void)[] = [];

  /** @param host The window that holds the frame. */
  constructor(host: Window) {
    this.#host = host;
  }

  post(message: PageMessage): void {
    this.#host.postMessage(message, location.origin);
  }

  onMessage(listener: (message: HostMessage) => void): void {
    addEventListener('message', ({ data, source, origin }) => {
      if (source !== this.#host || origin !== location.origin) return;
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
    // A frame is narrow: its list of runs is closed at first.
    return this.#state.get() ?? { isSidebarOpen: false };
  }

  setState(state: object): void {
    this.#state.set(state);
  }
}
