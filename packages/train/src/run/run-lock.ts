import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { RunError, type RunFolder } from './run-folder.ts';

const ownerSchema = z.object({ pid: z.int(), host: z.string(), token: z.string() });
type Owner = z.output<typeof ownerSchema>;

function readOwner(path: string): Owner | undefined {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Whether the process that has a lock still runs; of one on another host, that cannot be known. */
function runs({ pid, host }: Owner): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** Whether a process is training the run. */
export function isLocked(folder: RunFolder): boolean {
  const owner = readOwner(folder.lock);
  return owner !== undefined && runs(owner);
}

/**
 * Makes this process the only one that trains a run, and returns what gives the run free. The lock of a process that died is
 * taken over.
 *
 * @throws RunError while another process has it.
 */
export function lockRun(folder: RunFolder): () => void {
  const own: Owner = { pid: process.pid, host: hostname(), token: randomUUID() };
  while (!create(folder.lock, own)) {
    const owner = readOwner(folder.lock);
    if (owner !== undefined && runs(owner)) throw busy(folder, owner);
    // Of two processes that find the same dead lock, one moves it away; the other may then hold the first one's new lock.
    const moved = `${folder.lock}.${own.token}`;
    try {
      renameSync(folder.lock, moved);
    } catch {
      continue;
    }
    const taken = readOwner(moved);
    if (taken !== undefined && runs(taken)) {
      renameSync(moved, folder.lock);
      throw busy(folder, taken);
    }
    rmSync(moved, { force: true });
  }
  return () => {
    if (readOwner(folder.lock)?.token === own.token) rmSync(folder.lock, { force: true });
  };
}

function create(path: string, owner: Owner): boolean {
  try {
    writeFileSync(path, JSON.stringify(owner), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

const busy = ({ name, lock }: RunFolder, { pid, host }: Owner): RunError =>
  new RunError(
    `run ${name}: expected a run that nobody trains, got one of process ${pid} on ${host}; if that is gone, delete ${lock}`,
  );
