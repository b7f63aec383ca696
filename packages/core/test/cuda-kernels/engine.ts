import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CudaBackend } from '../../src/backend/cuda/backend.ts';
import { openBackend } from '../cuda/engine.ts';

/** The stand-in for the driver's library, built by cuda/emulator/build.mjs. */
const emulator = fileURLToPath(new URL('../../cuda/emulator/build/libcuda-emulator.so', import.meta.url));

function open(): CudaBackend | undefined {
  if (!existsSync(emulator)) {
    console.warn(`tests of the CUDA kernels skipped: no ${emulator}; node cuda/emulator/build.mjs builds it`);
    return undefined;
  }
  process.env.KINDLING_CUDA_LIBRARY ??= emulator;
  return openBackend({});
}

/** The CUDA engine on the emulated GPU, or undefined (with the reason printed) where it is not built. */
export const cuda: CudaBackend | undefined = open();
