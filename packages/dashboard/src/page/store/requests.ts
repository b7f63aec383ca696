import type { ActionName, Answer, PageMessage } from '../../protocol.ts';

/** Numbers what is asked of the host and hands its answers back. */
export class Requests {
  readonly #post: (message: PageMessage) => void;
  readonly #open = new Map<number, (error: string | undefined) => void>();
  #next = 0;

  constructor(post: (message: PageMessage) => void) {
    this.#post = post;
  }

  /** Resolves to nothing where it was done, else to what went wrong. */
  act(action: ActionName, run: string): Promise<string | undefined> {
    return this.#ask((request) => ({ type: 'act', request, action, run }));
  }

  annotate(run: string, note: string, tags: string[]): Promise<string | undefined> {
    return this.#ask((request) => ({ type: 'annotate', request, run, note, tags }));
  }

  receive({ request, error }: Answer): void {
    this.#open.get(request)?.(error);
    this.#open.delete(request);
  }

  /** Ends what is open: its answers will not come. */
  fail(error: string): void {
    for (const resolve of this.#open.values()) resolve(error);
    this.#open.clear();
  }

  #ask(message: (request: number) => PageMessage): Promise<string | undefined> {
    const request = this.#next++;
    return new Promise((resolve) => {
      this.#open.set(request, resolve);
      this.#post(message(request));
    });
  }
}
