import { type HostMessage, type PageMessage, pageMessageSchema } from '../src/protocol.ts';
import { type GeneratedRun, snapshotOf } from './generated-runs.ts';
import { PageServer } from './page-server.ts';

/** A host of generated runs. */
export class TestHost {
  readonly runs: readonly GeneratedRun[];
  readonly received: PageMessage[] = [];
  readonly server: PageServer;
  readonly #selected: readonly string[] | undefined;
  readonly #sends = new Set<(message: HostMessage) => void>();
  #followed: readonly string[] = [];

  private constructor(runs: readonly GeneratedRun[], selected: readonly string[] | undefined) {
    this.runs = runs;
    this.#selected = selected;
    this.server = new PageServer((send) => {
      this.#sends.add(send);
      this.#followed = [];
      return {
        receive: (data) => {
          const message = pageMessageSchema.parse(data);
          this.received.push(message);
          this.#answer(message);
          return undefined;
        },
        closed: () => this.#sends.delete(send),
      };
    });
  }

  static async start(runs: readonly GeneratedRun[], selected?: readonly string[]): Promise<TestHost> {
    const host = new TestHost(runs, selected);
    await host.server.listen();
    return host;
  }

  get url(): string {
    return this.server.url;
  }

  /** Sends a message to all pages. */
  send(message: HostMessage): void {
    for (const send of this.#sends) send(message);
  }

  close(): Promise<void> {
    return this.server.close();
  }

  #answer(message: PageMessage): void {
    switch (message.type) {
      case 'ready':
        this.send(snapshotOf(this.runs, this.#selected));
        return;
      case 'follow': {
        const before = this.#followed;
        this.#followed = message.runs;
        for (const { row, progress } of this.runs) {
          if (message.runs.includes(row.id) && !before.includes(row.id)) this.send(progress);
        }
        return;
      }
      case 'annotate': {
        const run = this.runs.find(({ row }) => row.id === message.run);
        if (run) {
          run.row = { ...run.row, note: message.note, tags: message.tags };
          this.send({ type: 'runs', changed: [run.row], removed: [] });
        }
        this.send({ type: 'answer', request: message.request });
        return;
      }
      case 'act':
        this.send({ type: 'answer', request: message.request, error: 'this host does nothing' });
    }
  }
}
