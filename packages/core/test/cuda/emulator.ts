import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The stand-in for the driver's library, built by cuda/emulator/build.mjs. */
export const emulator = fileURLToPath(
  new URL('../../cuda/emulator/build/libcuda-emulator.so', import.meta.url),
);

/** Why what needs the emulator is skipped, if it is. */
export const noEmulator = existsSync(emulator)
  ? undefined
  : `no ${emulator}; node cuda/emulator/build.mjs builds it where there is a C++ compiler`;
