import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** The process that a lock file names. */
export interface LockOwner {
  readonly pid: number;
  readonly host: string;
  /** When the process started, in the words of its machine; only where that can be asked. */
  readonly start?: string | undefined;
  /** The process table that the id is from: containers on one host have their own. Only where there is such a thing. */
  readonly namespace?: string | undefined;
  /** Differs for every lock. */
  readonly token?: string | undefined;
}

/** Whether the owner of a lock runs; `unknown` where only its heartbeat can tell. */
export type Liveness = 'alive' | 'dead' | 'unknown';

/** Slack in comparing a process' start with a file's time: both are rounded, to a second at worst. */
const SLACK_MS = 2000;

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** What Linux says of a process: its state in a letter, and clock ticks from the machine's start to its own. */
function statusOf(pid: number): { readonly state: string; readonly ticks: number } | undefined {
  // The second field, a name in parentheses, may hold spaces and parentheses.
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields?.[19]);
  return fields !== undefined && Number.isFinite(ticks) ? { state: fields[0]!, ticks } : undefined;
}

/** Names the start of a process exactly: no other process with its id has the same. Linux. */
function startOf(pid: number): string | undefined {
  const boot = read('/proc/sys/kernel/random/boot_id')?.trim();
  const ticks = statusOf(pid)?.ticks;
  return boot === undefined || ticks === undefined ? undefined : `${boot} ${ticks}`;
}

/** When a process started, in milliseconds since 1970, to a second. Linux, and this process everywhere. */
function startedAt(pid: number): number | undefined {
  if (pid === process.pid) return Date.now() - 1000 * process.uptime();
  const boot = /^btime (\d+)$/m.exec(read('/proc/stat') ?? '')?.[1];
  const ticks = statusOf(pid)?.ticks;
  return boot === undefined || ticks === undefined ? undefined : 1000 * Number(boot) + 10 * ticks;
}

function namespace(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return undefined;
  }
}

/** This process as the owner of a lock. */
export const ownerHere = (token: string): LockOwner => ({
  pid: process.pid,
  host: hostname(),
  start: startOf(process.pid),
  namespace: namespace(),
  token,
});

/** The owner that the text of a lock file names; undefined for any other text. */
export function parseOwner(text: string): LockOwner | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { pid, host, token, start, namespace }: Readonly<Record<string, unknown>> = { ...value };
    if (typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 0) return undefined;
    if (typeof host !== 'string') return undefined;
    const known = (field: unknown): string | undefined => (typeof field === 'string' ? field : undefined);
    return { pid, host, token: known(token), start: known(start), namespace: known(namespace) };
  } catch {
    return undefined;
  }
}

/** A process that has ended has its id until its parent asks how, which in containers may be never. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^[ZX]$/.test(statusOf(pid)?.state ?? '');
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/**
 * Whether the owner of a lock runs. A process id alone does not say so: another process may have it by now, in a container that
 * was started again even this one.
 *
 * @param touched When the lock was touched last, in milliseconds since 1970.
 */
export function livenessOf(owner: LockOwner, touched: number): Liveness {
  if (owner.host !== hostname()) return 'unknown';
  if (owner.namespace !== undefined && owner.namespace !== namespace()) return 'unknown';
  if (!isRunning(owner.pid)) return 'dead';
  const start = owner.start === undefined ? undefined : startOf(owner.pid);
  if (start !== undefined) return start === owner.start ? 'alive' : 'dead';
  const began = startedAt(owner.pid);
  if (began === undefined) return 'unknown';
  return began > touched + SLACK_MS ? 'dead' : 'alive';
}
