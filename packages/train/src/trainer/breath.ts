import { setImmediate } from 'node:timers/promises';

const INTERVAL_MS = 20;

/**
 * Lets the event loop run now and then, so that signals, timers and sockets are served while training keeps the thread busy.
 * The function that it returns is to be awaited often; it costs nothing until 20 ms have passed.
 */
export function breathing(): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < INTERVAL_MS) return undefined;
    return setImmediate().then(() => {
      last = performance.now();
    });
  };
}
