import { setImmediate, setTimeout } from 'node:timers/promises';

/** How long work may hold the event loop, in milliseconds. */
const SLICE_MS = 10;

/** Lets long work share the event loop: after some milliseconds everything else has its turn. */
export class TimeSlices {
  readonly #restMs: number;
  #began = performance.now();

  /** @param restMs How long the work rests between two turns, in milliseconds. Default 0: until everything that waits was done. */
  constructor(restMs = 0) {
    this.#restMs = restMs;
  }

  /** To be awaited between two small pieces of work. */
  async pause(): Promise<void> {
    if (performance.now() - this.#began < SLICE_MS) return;
    await (this.#restMs > 0 ? setTimeout(this.#restMs) : setImmediate());
    this.#began = performance.now();
  }
}
