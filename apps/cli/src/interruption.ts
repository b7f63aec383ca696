import { type ExitCode, exitCodes } from './exit-code.ts';
import { onBrokenPipe } from './terminal/broken-pipe.ts';

/** The signals that ask for an end, and the exit codes that say so. */
export const stopSignals = {
  SIGHUP: exitCodes.hungUp,
  SIGINT: exitCodes.interrupted,
  SIGTERM: exitCodes.terminated,
} as const;

/** Work that was interrupted before it had anything to keep. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';

  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode) {
    super('interrupted before the first step');
    this.exitCode = exitCode;
  }
}

/** A request to stop from outside: a signal, or a broken pipe of stdout. */
export interface Interruption extends Disposable {
  /** Its reason is an `AbortError` whose message names the signal. */
  readonly signal: AbortSignal;
  /** What the command's exit code is then; undefined while nothing has asked to stop. */
  readonly exitCode: ExitCode | undefined;
  /** Does the work, which has the signal. @throws InterruptedError in place of its own `AbortError`. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Lets a command end in its own time: the first Ctrl-C (or SIGTERM, or SIGHUP) aborts
 * the signal, a second ends the process at once.
 *
 * @param onStop Called once, before the signal: for a note.
 */
export function interruption(onStop: () => void): Interruption {
  const controller = new AbortController();
  let exitCode: ExitCode | undefined;
  const stop = (code: ExitCode, why: string): void => {
    // A terminal that is closed takes the reader of stdout with it, and then sends its signal.
    const isSecond = exitCode !== undefined && exitCode !== exitCodes.done;
    if (isSecond && code !== exitCodes.done) process.exit(code);
    if (isSecond) return;
    exitCode = code;
    if (code !== exitCodes.done) onStop();
    controller.abort(new DOMException(why, 'AbortError'));
  };
  const listeners = Object.entries(stopSignals).map(
    ([name, code]) => [name, () => stop(code, name)] as const,
  );
  for (const [name, listener] of listeners) process.on(name, listener);
  const stay = onBrokenPipe((code) => stop(code, 'stdout was closed'));
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    async during(work) {
      try {
        return await work();
      } catch (error) {
        const isOwn = controller.signal.aborted && error instanceof Error && error.name === 'AbortError';
        throw isOwn ? new InterruptedError(exitCode ?? exitCodes.terminated) : error;
      }
    },
    [Symbol.dispose]() {
      for (const [name, listener] of listeners) process.off(name, listener);
      stay();
    },
  };
}
