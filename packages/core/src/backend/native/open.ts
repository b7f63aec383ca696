import { DeviceError } from '../../errors.ts';
import { environment } from '../../host.ts';
import { physicalCores } from './cores.ts';
import { NativeBackend } from './native.ts';
import { openLibrary } from './open-library.ts';

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

/**
 * Opens the native engine, or throws {@link DeviceError} with the reason why it cannot.
 *
 * `KINDLING_ISA` (`baseline`, `avx2`, `avx512`; on arm64 `neon`) forces an instruction set; left out, the best that runs here.
 * `KINDLING_NUM_THREADS` sets the number of threads; left out, one for each physical core.
 */
export function openNative(): NativeBackend {
  const library = openLibrary();
  const isa = environment('KINDLING_ISA') ?? '';
  if (library.select(isa) === 0) {
    throw new DeviceError(
      `KINDLING_ISA: expected an instruction set that the library and this processor support, got ${isa}`,
    );
  }
  library.setThreads(Math.min(countFrom('KINDLING_NUM_THREADS') ?? physicalCores(), 1024));
  return new NativeBackend('native', library);
}
