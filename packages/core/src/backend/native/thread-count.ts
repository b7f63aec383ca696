import { DeviceError } from '../../errors.ts';
import { environment, hasNodeModules } from '../../host.ts';
import { MAX_THREADS } from '../threads.ts';
import { physicalCores } from './cores.ts';

/** A count from the environment, or undefined where it is not set. */
function countFrom(variable: string): number | undefined {
  const text = environment(variable);
  if (text === undefined || text === '') return undefined;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) {
    throw new DeviceError(`${variable}: expected an integer of at least 1, got ${text}`);
  }
  return count;
}

/** Cores that a browser tells of. */
const browserCores = (): number =>
  (globalThis as { navigator?: { readonly hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ??
  1;

/** The threads to begin with: `KINDLING_NUM_THREADS`; left out, one for each physical core, in a browser for each core that it tells of. */
export function initialThreads(): number {
  const cores = hasNodeModules() ? physicalCores : browserCores;
  return Math.min(countFrom('KINDLING_NUM_THREADS') ?? cores(), MAX_THREADS);
}
