import { isatty } from 'node:tty';

const standardStreams = [0, 1, 2] as const;

/**
 * Ends the process by SIGHUP, for which shells report 129, where a terminal that it began on was closed: an exit would fail to set
 * that terminal back, which Node.js takes for a broken process, and aborts. Source: ResetStdio in node/src/node.cc.
 *
 * @param terminals As {@link openTerminals} returned them at the beginning.
 */
export function handleHangup(terminals: readonly number[]): void {
  if (process.platform === 'win32' || terminals.every((fd) => isatty(fd))) return;
  process.removeAllListeners('SIGHUP');
  process.kill(process.pid, 'SIGHUP');
}

/** Which of stdin, stdout and stderr are terminals. */
export const openTerminals = (): readonly number[] => standardStreams.filter((fd) => isatty(fd));
