import { searchWorkingFolder } from '@kindling/core/tfjs';
import { experimentSchema } from '@kindling/train';
import { UsageError } from './usage-error.ts';

/**
 * Takes the device that a command line names. Naming `tfjs` there lets its packages be loaded from the working directory, which a
 * document that names it does not.
 *
 * @throws UsageError for a device that no machine has; whether this one has it, its use will show.
 */
export function nameDevice(device: string | undefined): void {
  if (device === undefined) return;
  if (!experimentSchema.shape.device.safeParse(device).success) {
    const expected = 'cpu, cuda, cuda:1 (any number), tfjs or auto';
    throw new UsageError(`--device: expected ${expected}, got ${JSON.stringify(device)}`);
  }
  if (device === 'tfjs') searchWorkingFolder();
}
