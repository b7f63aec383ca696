/** How fast something goes: an average over the past, in which what is `memory` seconds ago counts 1/e. */
export class Rate {
  readonly #memory: number;
  #last: { readonly time: number; readonly done: number } | undefined;
  /** Units and seconds, each a sum with weights that fade. */
  #units = 0;
  #seconds = 0;

  constructor(memory = 5) {
    this.#memory = memory;
  }

  /** Takes note of how much is done by now. */
  add(done: number, time = performance.now() / 1000): void {
    if (this.#last !== undefined) {
      const elapsed = time - this.#last.time;
      const fade = Math.exp(-elapsed / this.#memory);
      this.#units = this.#units * fade + done - this.#last.done;
      this.#seconds = this.#seconds * fade + elapsed;
    }
    this.#last = { time, done };
  }

  /** Units a second; nothing until two moments are known. */
  get perSecond(): number | undefined {
    return this.#seconds > 0 ? this.#units / this.#seconds : undefined;
  }
}
