import { setTimeout as pauseFor } from 'node:timers/promises';
import type { RunFolder } from '@kindling/train/runs';
import { FolderWatch } from './folder-watch.ts';
import { FollowedRun } from './followed-run.ts';
import { InterruptibleDelay } from './interruptible-delay.ts';
import { BATCH_MS, POLL_MS } from './polling-intervals.ts';
import { TimeSlices } from './time-slices.ts';

/** Bytes of a log that are read in one piece. */
const PIECE_BYTES = 2 ** 20;

interface Followed {
  readonly run: FollowedRun;
  readonly watch: FolderWatch;
}

/** The runs that pages follow: each is read once, for all of them. */
export class FollowedRuns {
  readonly #runs = new Map<string, Followed>();
  readonly #alarm = new InterruptibleDelay();

  has(id: string): boolean {
    return this.#runs.has(id);
  }

  /** The run of an id, followed from now on. */
  follow(id: string, folder: RunFolder): FollowedRun {
    this.wake();
    const known = this.#runs.get(id);
    if (known !== undefined) return known.run;
    const run = new FollowedRun(id, folder);
    this.#runs.set(id, { run, watch: new FolderWatch(folder.path, () => this.wake()) });
    return run;
  }

  /** Forgets a run that no page shows any more. */
  release(run: FollowedRun): void {
    if (run.isShown) return;
    this.#runs.get(run.id)?.watch.close();
    this.#runs.delete(run.id);
  }

  /** Looks at the logs soon. */
  wake(): void {
    this.#alarm.ring();
  }

  /** Reads new events of logs, while that is wanted. @param onRead Is called after each piece. */
  async read(isWanted: () => boolean, onRead: () => void): Promise<void> {
    const turns = new TimeSlices();
    while (isWanted()) {
      for (const { run, watch } of [...this.#runs.values()]) {
        watch.open();
        while (run.isShown && run.read(PIECE_BYTES)) {
          onRead();
          await turns.pause();
        }
        await turns.pause();
      }
      onRead();
      await pauseFor(BATCH_MS);
      if (isWanted()) await this.#alarm.wait(POLL_MS);
    }
  }
}
