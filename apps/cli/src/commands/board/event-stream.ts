import type { ServerResponse } from 'node:http';
import type { PageSession, RunFeed } from '@kindling/dashboard/host';
import { formatHostMessage } from '@kindling/dashboard/protocol';

/** How often a connection without messages shows that it is alive, in milliseconds. */
const BEAT_MS = 15_000;
/** A page that takes nothing for so long is given up; its browser connects anew. */
const PATIENCE_MS = 120_000;

/** The messages of a feed to one page, as server-sent events. The first event names the connection: `{"type":"connection","id":…}`. */
export class EventStream {
  readonly session: PageSession;
  readonly #response: ServerResponse;
  readonly #beat: NodeJS.Timeout;
  /** When the page was first behind; undefined while it is not. */
  #behindSince: number | undefined;

  /** @param onClose Is called once, when the connection is gone. */
  constructor(feed: RunFeed, id: string, response: ServerResponse, onClose: () => void) {
    this.#response = response;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    this.#write(JSON.stringify({ type: 'connection', id }));
    this.session = feed.connect((message) => this.#write(formatHostMessage(message)));
    response.on('drain', () => {
      this.#behindSince = undefined;
      this.session.drained();
    });
    this.#beat = setInterval(() => this.#showLife(), BEAT_MS);
    // A connection that breaks closes too.
    response.on('error', () => {});
    response.on('close', () => {
      clearInterval(this.#beat);
      this.session.close();
      onClose();
    });
  }

  /** Ends the connection. */
  end(): void {
    this.#response.destroy();
  }

  /** Writes an event; false where the page is behind. JSON has no line ends. */
  #write(json: string): boolean {
    const isTaken = this.#response.write(`data: ${json}\n\n`);
    if (!isTaken) this.#behindSince ??= performance.now();
    return isTaken;
  }

  #showLife(): void {
    if (this.#behindSince === undefined) this.#response.write(':\n\n');
    else if (performance.now() - this.#behindSince > PATIENCE_MS) this.end();
  }
}
