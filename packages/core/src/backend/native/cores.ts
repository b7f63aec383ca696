/** A list such as `0-3,8`, as Linux writes sets of processors. */
export function parseList(text: string): number[] {
  return text
    .trim()
    .split(',')
    .filter((part) => part !== '')
    .flatMap((part) => {
      const [first = 0, last = first] = part.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
}

/** Cores that a control group's `cpu.max` (`quota period` or `max period`) leaves. */
export function parseQuota(text: string): number {
  const [quota, period] = text.trim().split(/\s+/).map(Number);
  return quota !== undefined && period !== undefined && quota > 0 && period > 0
    ? Math.max(1, Math.ceil(quota / period))
    : Number.POSITIVE_INFINITY;
}

function read(path: string): string | undefined {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** The processors that this process may use, by physical core; undefined where the system does not show them (Linux does). */
export function allowedCores(): readonly (readonly number[])[] | undefined {
  const allowed = /^Cpus_allowed_list:\s*(\S+)/m.exec(read('/proc/self/status') ?? '')?.[1];
  if (allowed === undefined) return undefined;
  const cores = new Map<string, number[]>();
  for (const cpu of parseList(allowed)) {
    const siblings =
      read(`/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`)?.trim() ?? String(cpu);
    cores.set(siblings, [...(cores.get(siblings) ?? []), cpu]);
  }
  return [...cores.values()];
}

/**
 * Physical cores that this process may use: siblings that share a core's arithmetic units count once, and affinity and control
 * groups are respected where the system shows them (Linux). Elsewhere, what Node.js says.
 */
export function physicalCores(): number {
  const cores = allowedCores();
  if (cores === undefined) return process.getBuiltinModule('node:os').availableParallelism();
  return Math.min(cores.length, parseQuota(read('/sys/fs/cgroup/cpu.max') ?? ''));
}
