import { readFileSync } from 'node:fs';

/**
 * Whether this process may draw on its terminal: not while it is a shell's job in the background. Where the system does not tell
 * (that is anywhere but on Linux), it may.
 *
 * Source: proc_pid_stat(5): fields 5 and 8, `pgrp` and `tpgid`.
 */
export function isInForeground(readStat: () => string = readOwnStat): boolean {
  let stat: string;
  try {
    stat = readStat();
  } catch {
    return true;
  }
  // The second field, a name in parentheses, may hold spaces.
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return foreground === undefined || Number(foreground) < 1 || group === foreground;
}

const readOwnStat = (): string => readFileSync('/proc/self/stat', 'utf8');
