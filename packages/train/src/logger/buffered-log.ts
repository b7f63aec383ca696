import type { RunFiles } from '../run/run-files.ts';
import { startTimer } from '../run/start-timer.ts';
import { StopWatch } from '../run/stop-request.ts';
import type { RunSummary } from '../run/summary.ts';

/** Events wait no longer than this to be written, and no more text than this waits. */
const FLUSH_MS = 1000;
const FLUSH_LENGTH = 2 ** 16;
/** How often the lock is touched, and a request to stop looked for. */
const BEAT_MS = 1000;
/** The summary, which is brought to the disk, is written again after this time. */
const SUMMARY_MS = 5000;

/** Whether so much time has passed. A clock that was set back must not stop the writing. */
const hasPassed = (since: number, now: number, milliseconds: number): boolean =>
  !(Math.abs(now - since) < milliseconds);

/**
 * A run's record with a buffer in front of its log. The buffer is written every second: by a timer, and by {@link append} itself, because
 * the timers of a program that never waits do not run. So are the heartbeat of the lock and the look for a request to stop.
 */
export class BufferedLog {
  readonly record: RunFiles;
  readonly #summary: () => Partial<RunSummary>;
  readonly #endTimer: () => void;
  readonly #stop: StopWatch;
  #buffer = '';
  #written = Date.now();
  #beaten = Date.now();
  #summarized = Date.now();
  /** What the timer met; the next call throws it. */
  #failure: unknown;

  /** @param summary What is known of the run by now. */
  constructor(record: RunFiles, summary: () => Partial<RunSummary>) {
    this.record = record;
    this.#summary = summary;
    this.#endTimer = startTimer(() => this.#flushLater(), FLUSH_MS);
    this.#stop = new StopWatch(record.folder);
  }

  /** Is aborted by a request to stop. */
  get stopSignal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Takes a line with its end. @throws what the file system throws; the line is kept, and written with a later one. */
  append(line: string, time: number): void {
    this.#buffer += line;
    if (this.#buffer.length >= FLUSH_LENGTH || hasPassed(this.#written, time, FLUSH_MS)) this.flush(time);
  }

  /** Writes what waits. @throws what the file system throws; RunError where another process has taken the run over. */
  flush(time: number): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
    this.#written = time;
    if (hasPassed(this.#beaten, time, BEAT_MS)) {
      this.#beaten = time;
      this.#stop.look();
      this.record.beat();
    }
    if (this.#buffer !== '') {
      this.record.emitLines(this.#buffer);
      this.#buffer = '';
    }
    if (hasPassed(this.#summarized, time, SUMMARY_MS)) {
      this.#summarized = time;
      this.record.assertHeld();
      this.#writeSummary();
    }
  }

  /** Writes what waits and the last line, brings it to the disk, and gives the run back. */
  end(line: string): void {
    this.#endTimer();
    try {
      this.record.assertHeld();
      this.record.emitLines(this.#buffer + line);
      this.#buffer = '';
      this.record.log.sync();
      this.#writeSummary();
    } finally {
      this.#stop[Symbol.dispose]();
      this.record.close();
      this.record.release();
    }
  }

  #writeSummary(): void {
    this.record.summarize(this.#summary());
    this.record.writeSummary();
  }

  #flushLater(): void {
    try {
      if (this.#failure === undefined) this.flush(Date.now());
    } catch (error) {
      this.#failure = error;
    }
  }
}
