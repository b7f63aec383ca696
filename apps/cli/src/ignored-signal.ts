import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

/**
 * Whether the process was started with a signal ignored, as `nohup` does with SIGHUP: listening to it would end that. Linux says
 * so; elsewhere the answer is no.
 */
export function isIgnored(signal: 'SIGHUP'): boolean {
  try {
    const [, mask] = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return mask !== undefined && ((BigInt(`0x${mask}`) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n;
  } catch {
    return false;
  }
}
