/** What an engine does with replays that are prepared together. */
export interface Portions {
  /** Replays of a portion at most. */
  readonly limit: number;
  /** Makes room for so many. */
  reserve(count: number): void;
  /** Keeps what the graph inputs hold now for replay `i` of the portion. */
  store(i: number): void;
  /** Makes the first `count` replays of the portion; `done` were made before. */
  replay(count: number, done: number): void;
}

/**
 * Makes up to `count` replays, portion by portion: the host prepares those of a portion one after another, then the engine makes them
 * without coming back. Where `prepare(i)` gives false, replay i is not made and no other. Returns how many were made.
 */
export function replayAhead(count: number, prepare: (i: number) => boolean, portions: Portions): number {
  for (let done = 0; done < count; ) {
    const portion = Math.min(count - done, portions.limit);
    portions.reserve(portion);
    let ready = 0;
    while (ready < portion && prepare(done + ready)) portions.store(ready++);
    if (ready > 0) portions.replay(ready, done);
    done += ready;
    if (ready < portion) return done;
  }
  return count;
}
