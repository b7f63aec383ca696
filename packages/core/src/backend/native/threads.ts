import { ArgumentError } from '../../errors.ts';
import { backendFor } from '../devices.ts';
import { NativeBackend } from './native.ts';

/** The CPU's native engine, where it is the one that serves the CPU. */
function nativeEngine(): NativeBackend | undefined {
  const backend = backendFor('cpu');
  return backend instanceof NativeBackend ? backend : undefined;
}

/**
 * Sets how many threads share the work of large operations on the CPU, from the next operation on. The default is
 * `KINDLING_NUM_THREADS`, else one for each physical core. Results do not depend on it. Without the native engine there is one
 * thread, whatever is set.
 *
 * @throws ArgumentError unless `count` is a whole number of 1 or more.
 */
export function setNumThreads(count: number): void {
  if (!Number.isInteger(count) || count < 1) {
    throw new ArgumentError(`setNumThreads: expected a whole number of 1 or more, got ${count}`);
  }
  nativeEngine()?.library.setThreads(count);
}

/** The number of threads that share the work of large operations on the CPU. */
export const getNumThreads = (): number => nativeEngine()?.library.threads() ?? 1;
