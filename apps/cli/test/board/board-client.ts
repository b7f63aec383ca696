import { type IncomingMessage, request } from 'node:http';
import {
  type HostMessage,
  hostMessageSchema,
  type PageMessage,
  PROTOCOL_VERSION,
} from '@kindling/dashboard/protocol';
import { jsonLines, type Running, start } from '../process/kindling.ts';

export interface Response {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request with any headers, `Host` too. */
export function fetchText(
  url: string,
  { method = 'GET', headers = {}, body }: RequestOptions = {},
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A `kindling board` that runs. */
export class Board implements AsyncDisposable {
  readonly running: Running;
  readonly url: URL;

  private constructor(running: Running, url: string) {
    this.running = running;
    this.url = new URL(url);
  }

  /** Starts it, at a free port unless told otherwise; a first line that does not come is its end. */
  static async open(args: readonly string[], cwd: string, port = ['--port', '0']): Promise<Board> {
    const running = start(['board', '--json', '--no-open', ...port, ...args], { cwd });
    let text = '';
    const url = await new Promise<string>((resolve, reject) => {
      running.child.stdout.on('data', (part: string) => {
        text += part;
        if (text.includes('\n')) resolve(String(jsonLines(text)[0]?.url));
      });
      void running.ended.then(({ stderr }) => reject(new Error(stderr)));
    });
    return new Board(running, url);
  }

  /** Ends it as Ctrl-C does. */
  async close(signal: NodeJS.Signals = 'SIGINT') {
    this.running.child.kill(signal);
    return this.running.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  get token(): string {
    return this.url.searchParams.get('token') ?? '';
  }

  /** An address of the board with its token. */
  at(path: string, query: Readonly<Record<string, string>> = {}): string {
    return new URL(`${path}?${new URLSearchParams({ token: this.token, ...query })}`, this.url).href;
  }

  /** Connects as a page does, and says that it is there. */
  async page(): Promise<BoardPage> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(this.at('/events'), resolve).on('error', reject).end();
    });
    if (response.statusCode !== 200) {
      response.destroy();
      throw new Error(`expected a connection, got ${response.statusCode}`);
    }
    const page = new BoardPage(this, response);
    await page.until(() => page.connection !== '');
    await page.post({ type: 'ready', version: PROTOCOL_VERSION });
    return page;
  }
}

/** What a page has received. */
export class BoardPage implements Disposable {
  readonly board: Board;
  readonly response: IncomingMessage;
  readonly messages: HostMessage[] = [];
  connection = '';
  #text = '';
  readonly #waiting = new Set<() => void>();

  constructor(board: Board, response: IncomingMessage) {
    this.board = board;
    this.response = response;
    response.setEncoding('utf8').on('data', (part: string) => this.#take(part));
  }

  [Symbol.dispose](): void {
    this.response.destroy();
  }

  post(message: PageMessage): Promise<Response> {
    return fetchText(this.board.at('/messages', { connection: this.connection }), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
    });
  }

  /** Waits until a message has made something true. */
  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** Sends a request and waits for its answer: undefined, or the error. */
  async request(message: Extract<PageMessage, { request: number }>): Promise<string | undefined> {
    const answers = () =>
      this.messages.filter((one) => one.type === 'answer').filter((one) => one.request === message.request);
    await this.post(message);
    await this.until(() => answers().length > 0);
    return answers()[0]?.error;
  }

  /** The newest row of a run. */
  row(id: string) {
    return this.messages
      .flatMap((one) => (one.type === 'snapshot' ? one.runs : one.type === 'runs' ? one.changed : []))
      .findLast((row) => row.id === id);
  }

  /** The steps of a run that have been told of. */
  steps(run: string): number[] {
    return this.messages.flatMap((one) =>
      one.type === 'progress' && one.run === run ? [...(one.steps?.columns.step ?? [])] : [],
    );
  }

  /** How many steps of a run have been told of. */
  stepCount(run: string): number {
    const counts = this.messages.map((one) =>
      one.type === 'progress' && one.run === run ? (one.steps?.columns.step?.length ?? 0) : 0,
    );
    return counts.reduce((a, b) => a + b, 0);
  }

  #take(part: string): void {
    this.#text += part;
    const events = this.#text.split('\n\n');
    this.#text = events.pop() ?? '';
    for (const event of events) {
      if (!event.startsWith('data: ')) continue;
      const value = JSON.parse(event.slice('data: '.length));
      if (value.type === 'connection') this.connection = value.id;
      else this.messages.push(hostMessageSchema.parse(value));
    }
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
