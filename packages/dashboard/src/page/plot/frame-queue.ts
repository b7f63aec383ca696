/** Milliseconds of a frame after which no other job begins: the browser needs time to paint. */
const budget = 3;

/** Runs jobs in animation frames, each at most once a frame, and so many that the page stays smooth. */
export class FrameQueue {
  readonly #jobs = new Set<() => void>();
  #isScheduled = false;

  request(job: () => void): void {
    this.#jobs.add(job);
    this.#schedule();
  }

  cancel(job: () => void): void {
    this.#jobs.delete(job);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => {
      this.#isScheduled = false;
      const end = performance.now() + budget;
      for (const job of this.#jobs) {
        this.#jobs.delete(job);
        job();
        if (performance.now() > end) break;
      }
      if (this.#jobs.size > 0) this.#schedule();
    });
  }
}
