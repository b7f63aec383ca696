import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The variable that names the socket to the processes. */
const variable = 'KINDLING_LAUNCHER';

/**
 * What a launched process is asked to stop by. The launchers of MPI kill their processes about a second after a signal, which may be in
 * the midst of a checkpoint; so it is not sent to them.
 */
export interface StopLine extends Disposable {
  /** Variables for the environment of the processes. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether any process has come. */
  readonly isUsed: boolean;
  /** Raises a signal in all processes, those included that start later. */
  raise(signal: NodeJS.Signals): void;
}

export function openStopLine(): StopLine {
  const folder = mkdtempSync(join(tmpdir(), 'kindling-'));
  const path = join(folder, 'launcher');
  const processes = new Set<Socket>();
  let raised: NodeJS.Signals | undefined;
  let isUsed = false;
  const server = createServer((socket) => {
    isUsed = true;
    processes.add(socket);
    socket.on('error', () => {}).on('close', () => processes.delete(socket));
    if (raised !== undefined) socket.write(raised);
  });
  server.listen(path);
  return {
    env: { [variable]: path },
    get isUsed() {
      return isUsed;
    },
    raise(signal) {
      raised ??= signal;
      for (const socket of processes) socket.write(raised);
    },
    [Symbol.dispose]() {
      server.close();
      for (const socket of processes) socket.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Raises in this process what the launcher asks for; SIGTERM where that is gone. Nothing without one. */
export function obeyLauncher(): void {
  const path = process.env[variable];
  if (path === undefined) return;
  const raise = (signal: string): void => void process.kill(process.pid, signal);
  let isAsked = false;
  connect(path)
    .on('error', () => {})
    .on('data', (signal) => {
      isAsked = true;
      raise(signal.toString());
    })
    .on('close', () => {
      if (!isAsked) raise('SIGTERM');
    })
    .unref();
}
