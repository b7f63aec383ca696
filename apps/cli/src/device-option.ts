import { experimentSchema } from '@kindling/train';
import { UsageError } from './usage-error.ts';

/** @throws UsageError for a device that no machine has; whether this one has it, its use will show. */
export function checkDevice(device: string | undefined): void {
  const parsed = experimentSchema.shape.device.safeParse(device);
  if (parsed.success) return;
  const expected = 'cpu, cuda, cuda:1 (any number), tfjs or auto';
  throw new UsageError(`--device: expected ${expected}, got ${JSON.stringify(device)}`);
}
