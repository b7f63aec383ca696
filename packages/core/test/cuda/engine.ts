import { CudaBackend } from '../../src/backend/cuda/backend.ts';
import { Driver } from '../../src/backend/cuda/driver.ts';

/** What the emulator is told: how many GPUs there are, their memory, which calls fail. */
export type EmulatorSettings = Partial<
  Record<'DEVICES' | 'DRIVER' | 'CAPABILITY' | 'MEMORY' | 'FAIL', string>
>;

/** Opens the emulated driver with settings, which hold until it is opened again. */
export function openDriver(settings: EmulatorSettings): Driver {
  for (const name of ['DEVICES', 'DRIVER', 'CAPABILITY', 'MEMORY', 'FAIL'] as const) {
    const value = settings[name];
    if (value === undefined) delete process.env[`KINDLING_EMULATOR_${name}`];
    else process.env[`KINDLING_EMULATOR_${name}`] = value;
  }
  process.env.KINDLING_EMULATOR_QUIET = '1';
  return new Driver();
}

/** A backend of its own on an emulated GPU. */
export const openBackend = (settings: EmulatorSettings, index = 0): CudaBackend =>
  new CudaBackend(openDriver(settings), index);
