/** Work that begins some time after it was last asked for; what was begun before is given up. */
export class Debounced {
  readonly #delayMs: number;
  readonly #waiting = new Map<string, { readonly timer: NodeJS.Timeout; readonly abort: AbortController }>();

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  /** Asks for the work of a key. */
  request(key: string, work: (signal: AbortSignal) => void): void {
    this.cancel(key);
    const abort = new AbortController();
    const timer = setTimeout(() => work(abort.signal), this.#delayMs);
    this.#waiting.set(key, { timer, abort });
  }

  /** Gives up the work of a key. */
  cancel(key: string): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    waiting.abort.abort();
    this.#waiting.delete(key);
  }

  /** Gives up all work. */
  dispose(): void {
    for (const key of [...this.#waiting.keys()]) this.cancel(key);
  }
}
