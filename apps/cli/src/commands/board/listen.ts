import { once } from 'node:events';
import type { Server } from 'node:http';
import { KindlingError } from '@kindling/core/internal/errors';
import { UsageError } from '../../usage-error.ts';

interface Address {
  readonly host: string;
  readonly port: number | undefined;
  /** The port where none is asked for; a free one where that is taken. */
  readonly defaultPort: number;
}

/** @throws KindlingError for a port that cannot be had, UsageError for an address that this machine has not. */
export async function listen(server: Server, { host, port, defaultPort }: Address): Promise<void> {
  try {
    await listenAt(server, port ?? defaultPort, host);
  } catch (error) {
    if (port === undefined && codeOf(error) === 'EADDRINUSE') return listenAt(server, 0, host);
    throw explained(error, host, port ?? defaultPort);
  }
}

async function listenAt(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening');
}

function explained(error: unknown, host: string, port: number): unknown {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new KindlingError(
        `--port ${port}: expected a free port, got one that another program has; --port 0 takes a free one`,
      );
    case 'EACCES':
      return new KindlingError(
        `--port ${port}: expected a port that may be used, got no permission (EACCES)`,
      );
    case 'ERR_SOCKET_BAD_PORT':
      return new UsageError(`--port: expected a whole number from 0 to 65535, got ${port}`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new UsageError(`--host: expected an address of this machine, got ${JSON.stringify(host)}`);
    default:
      return error;
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
