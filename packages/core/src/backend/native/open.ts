import { DeviceError } from '../../errors.ts';
import { environment } from '../../host.ts';
import { NativeBackend } from './native.ts';
import { openLibrary } from './open-library.ts';
import { initialThreads } from './thread-count.ts';

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
  library.setThreads(initialThreads());
  return new NativeBackend('native', library);
}
