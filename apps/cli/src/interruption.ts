import { type ExitCode, exitCodes } from './exit-code.ts';
import { whenReaderLeaves } from './terminal/reader.ts';

const codes = { SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated } as const;

/** A wish to stop that came from outside: a signal, or a reader of stdout who left. */
export interface Interruption extends Disposable {
  readonly signal: AbortSignal;
  /** What the command's exit code is then; undefined while nobody has asked to stop. */
  readonly exitCode: ExitCode | undefined;
}

/**
 * Lets a command end in its own time: the first Ctrl-C (or SIGTERM) aborts the signal, a second ends the process at once.
 *
 * @param onStop Told once, before the signal: for a note.
 */
export function interruption(onStop: () => void): Interruption {
  const controller = new AbortController();
  let exitCode: ExitCode | undefined;
  const stop = (code: ExitCode): void => {
    if (exitCode !== undefined) process.exit(code);
    exitCode = code;
    if (code !== exitCodes.done) onStop();
    controller.abort();
  };
  const listeners = Object.entries(codes).map(([name, code]) => [name, () => stop(code)] as const);
  for (const [name, listener] of listeners) process.on(name, listener);
  const stay = whenReaderLeaves(() => stop(exitCodes.done));
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    [Symbol.dispose]() {
      for (const [name, listener] of listeners) process.off(name, listener);
      stay();
    },
  };
}
