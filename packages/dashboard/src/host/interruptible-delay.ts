/** A delay that can be ended early. */
export class InterruptibleDelay {
  #isRung = false;
  #wake: (() => void) | undefined;

  /** Ends the wait that goes on, or the next one at once. */
  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  /** Resolves when the alarm rings, or after so many milliseconds. */
  async wait(ms: number): Promise<void> {
    if (!this.#isRung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#isRung = false;
    this.#wake = undefined;
  }
}
