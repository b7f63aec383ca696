import { rmSync } from '@kindling/data/internal';
import { writeFileAtomic } from './atomic-file.ts';
import { isRegularFile, readRegularText } from './regular-file.ts';
import type { RunFolder } from './run-folder.ts';
import { startTimer } from './start-timer.ts';

/** How often the training process looks, in milliseconds. */
const POLL_MS = 250;

/** A lock, and so a request, is a line. */
const MAX_BYTES = 4096;

/** The text of a small file; nothing where there is none, or something else. */
function textOf(path: string): string | undefined {
  try {
    return isRegularFile(path) ? readRegularText(path, MAX_BYTES) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Asks the process that trains a run to stop after a checkpoint. The request is a file in the run's folder that holds the text of
 * the lock, so that it reaches this training on any system and no later one.
 *
 * @returns whether there was a training to ask.
 */
export function requestStop(folder: RunFolder): boolean {
  const lock = textOf(folder.lock);
  if (lock === undefined) return false;
  writeFileAtomic(folder.stopRequest, new TextEncoder().encode(lock));
  return true;
}

/** Watches for {@link requestStop} while a process trains: by a timer, and by {@link look}. */
export class StopWatch implements Disposable {
  readonly #folder: RunFolder;
  readonly #controller = new AbortController();
  readonly #endTimer: () => void;

  /** @param folder of a run whose lock this process has. */
  constructor(folder: RunFolder) {
    this.#folder = folder;
    this.#endTimer = startTimer(() => this.look(), POLL_MS);
  }

  /** Is aborted by a request. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Looks now. A program whose timers do not run, because it never waits, has to do so. */
  look(): void {
    if (this.signal.aborted) return;
    const request = textOf(this.#folder.stopRequest);
    if (request === undefined || request !== textOf(this.#folder.lock)) return;
    this.#endTimer();
    this.#controller.abort(new DOMException('runs stop', 'AbortError'));
  }

  /** Ends the watch, and takes a request away. */
  [Symbol.dispose](): void {
    this.#endTimer();
    rmSync(this.#folder.stopRequest, { force: true });
  }
}
