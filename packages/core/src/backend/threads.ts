import { describe } from '../arguments.ts';
import { ArgumentError } from '../errors.ts';
import { backendFor } from './devices.ts';

/** More than any machine of today has cores; each takes memory of its own. */
export const MAX_THREADS = 1024;

/**
 * Sets how many threads share the work of large operations on the CPU, from the next operation on. The default is
 * `KINDLING_NUM_THREADS`, else one for each physical core. Results do not depend on it. There is one thread, whatever is set, on the
 * reference engine, and on WebAssembly where memory cannot be shared or this is the first thread of a page.
 *
 * @throws ArgumentError unless `count` is an integer from 1 to 1024.
 */
export function setNumThreads(count: number): void {
  if (!Number.isInteger(count) || count < 1 || count > MAX_THREADS) {
    const range = Number.isInteger(count) && count > MAX_THREADS ? `in [1, ${MAX_THREADS}]` : 'of at least 1';
    throw new ArgumentError(`setNumThreads: expected an integer ${range}, got ${describe(count)}`);
  }
  const backend = backendFor('cpu');
  if (backend.threads !== undefined) backend.threads = count;
}

/** The number of threads that share the work of large operations on the CPU. */
export const getNumThreads = (): number => backendFor('cpu').threads ?? 1;
