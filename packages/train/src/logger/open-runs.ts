import type { RunStatus } from '../events/event.ts';

/** A run whose program has to bring it to an end. */
interface OpenRun {
  /** Ends the run, without waiting for anything. */
  abandon(status: RunStatus, reason: string): void;
}

/*
 * A program that throws, or ends without `finish`, leaves runs that say so. Signals are left alone: a handler would keep Ctrl-C from
 * ending a loop that never waits. A run that a signal ends is `interrupted`, as its lock tells.
 */
const open = new Set<OpenRun>();
/** A page has none: it can be closed at any moment, and its run is `interrupted` then. */
const host = typeof process === 'undefined' ? undefined : process;
let uncaught: unknown;

function takeError(error: unknown): void {
  uncaught = error;
}

function endAll(code: number): void {
  const [status, reason] = ending(code);
  for (const run of open) run.abandon(status, reason);
}

function ending(code: number): readonly [RunStatus, string] {
  if (code === 0) return ['stopped', 'the program ended without finish()'];
  if (uncaught === undefined) return ['failed', `the program ended with exit code ${code}`];
  return ['failed', uncaught instanceof Error ? `${uncaught.name}: ${uncaught.message}` : String(uncaught)];
}

/** Ends the run with the process, unless {@link forgetRun} comes before. */
export function watchRun(run: OpenRun): void {
  if (open.size === 0) {
    host?.on('exit', endAll);
    host?.on('uncaughtExceptionMonitor', takeError);
  }
  open.add(run);
}

export function forgetRun(run: OpenRun): void {
  if (!open.delete(run) || open.size > 0) return;
  host?.off('exit', endAll);
  host?.off('uncaughtExceptionMonitor', takeError);
  uncaught = undefined;
}
