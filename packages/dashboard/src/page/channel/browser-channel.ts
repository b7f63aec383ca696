import type { HostMessage, PageMessage } from '../../protocol.ts';
import type { HostChannel } from './host-channel.ts';
import { readText } from './read-message.ts';
import { StoredState } from './stored-state.ts';

/** Letters of a host's reason that are shown. */
const maxReason = 500;

/**
 * A host that serves the page over HTTP. `GET events?token=…` sends its messages as server-sent events, the first of which names the
 * connection; `POST messages?token=…&connection=…` takes those of the page.
 */
export class BrowserChannel implements HostChannel {
  readonly #token: string;
  readonly #state = new StoredState('kindling-board');
  #connection: string | undefined;
  /** Messages of before the connection has its name, and those on their way: their order is kept. */
  #sending: Promise<void> = Promise.resolve();
  #waiting: PageMessage[] = [];
  #listeners: ((message: HostMessage) => void)[] = [];
  #problemListeners: ((problem: string) => void)[] = [];
  #connectionListeners: ((isConnected: boolean) => void)[] = [];

  constructor(token: string) {
    this.#token = token;
    const events = new EventSource(`events?${new URLSearchParams({ token })}`);
    events.addEventListener('message', ({ data }) => this.#receive(String(data)));
    events.addEventListener('error', () => {
      this.#connection = undefined;
      this.#waiting = [];
      for (const listener of this.#connectionListeners) listener(false);
      // A browser tries again by itself, unless the host said no: its token is another one by now.
      if (events.readyState === EventSource.CLOSED) {
        this.#report('the host refuses the connection; open the address that it names');
      }
    });
  }

  post(message: PageMessage): void {
    if (this.#connection === undefined) this.#waiting.push(message);
    else this.#send(message, this.#connection);
  }

  onMessage(listener: (message: HostMessage) => void): void {
    this.#listeners.push(listener);
  }

  onProblem(listener: (problem: string) => void): void {
    this.#problemListeners.push(listener);
  }

  onConnection(listener: (isConnected: boolean) => void): void {
    this.#connectionListeners.push(listener);
    if (this.#connection !== undefined) listener(true);
  }

  getState(): unknown {
    return this.#state.get();
  }

  setState(state: object): void {
    this.#state.set(state);
  }

  #receive(text: string): void {
    const id = connectionId(text);
    if (id !== undefined) {
      this.#connection = id;
      for (const listener of this.#connectionListeners) listener(true);
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const message of waiting) this.#send(message, id);
      return;
    }
    const read = readText(text);
    if ('problem' in read) this.#report(read.problem);
    else for (const listener of this.#listeners) listener(read.message);
  }

  #send(message: PageMessage, connection: string): void {
    const query = new URLSearchParams({ token: this.#token, connection });
    this.#sending = this.#sending.then(async () => {
      try {
        const response = await fetch(`messages?${query}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(message),
        });
        if (!response.ok) {
          const reason = (await response.text()).slice(0, maxReason);
          this.#report(`${message.type}: the host answered ${response.status}${reason && `: ${reason}`}`);
        }
      } catch (error) {
        this.#report(`${message.type}: the host was not reached (${String(error)})`);
      }
    });
  }

  #report(problem: string): void {
    for (const listener of this.#problemListeners) listener(problem);
  }
}

const connectionStart = '{"type":"connection"';

/** The name of the connection, of the message that begins it. */
function connectionId(text: string): string | undefined {
  if (!text.startsWith(connectionStart)) return undefined;
  const { id } = JSON.parse(text) as { id?: unknown };
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}
