let enabled = true;

/** Whether operations are recorded for `backward` at this moment. */
export const isGradEnabled = (): boolean => enabled;

function withMode<T>(mode: boolean, fn: () => T): T {
  const before = enabled;
  enabled = mode;
  try {
    return fn();
  } finally {
    enabled = before;
  }
}

/** Runs `fn` without recording: its results require no gradient. `fn` must be synchronous. */
export const noGrad = <T>(fn: () => T): T => withMode(false, fn);

/** Runs `fn` with recording on, inside `noGrad` too. `fn` must be synchronous. */
export const enableGrad = <T>(fn: () => T): T => withMode(true, fn);
