const INTERVAL_MS = 20;

/** A turn of the event loop. Browsers have no setImmediate, and wait before a timer's turn, but not before a message's. */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === 'function') return void setImmediate(resolve);
    const { port1, port2 } = new MessageChannel();
    const heard = (): void => {
      port1.close();
      resolve();
    };
    port1.addEventListener('message', heard);
    port1.start();
    port2.postMessage(undefined);
  });

/**
 * Yields to the event loop now and then, so that signals, timers and sockets are served while training keeps the thread busy.
 * The function that it returns is to be awaited often; it costs nothing until 20 ms have passed.
 */
export function eventLoopYield(): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < INTERVAL_MS) return undefined;
    return turn().then(() => {
      last = performance.now();
    });
  };
}
