import { readFileSync } from 'node:fs';

/**
 * The most memory that this process has had resident. Linux tells it of the program that runs; what `getrusage` counts begins
 * with the peak of the process that started this one.
 */
export function peakBytes(): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}
