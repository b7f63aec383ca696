import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, Server } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';

/** Why a request is refused. */
export interface Refusal {
  readonly status: 401 | 403;
  readonly text: string;
}

/** Where a server that listens is reached: `http://127.0.0.1:5463`. @param host What it listens at. */
export function originOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const name = host === '0.0.0.0' || host === '::' ? hostname() : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

/** Whether an address to listen at, or the name in an URL, is this machine alone. */
export function isLoopback(host: string): boolean {
  const name = bare(host);
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

/** A name without the brackets of an address in an URL. */
const bare = (host: string): string => host.toLowerCase().replace(/^\[(.*)\]$/, '$1');

/** The name in a `Host` header, without the port; undefined for what is none. */
function nameOf(header: string | undefined): string | undefined {
  if (header === undefined || !/^[\w.:[\]-]+$/.test(header)) return undefined;
  try {
    return bare(new URL(`http://${header}`).hostname);
  } catch {
    return undefined;
  }
}

/**
 * Why a request's `Host` is refused. A page of another site can make its name lead to this machine (DNS rebinding); its requests bear
 * that name. A port that is forwarded has another number here than in the browser, so ports are not compared.
 *
 * @param host What the server listens at.
 */
export function refuseHost(header: string | undefined, host: string): Refusal | undefined {
  const name = nameOf(header);
  const isOwn =
    name !== undefined &&
    (isLoopback(name) ||
      (!isLoopback(host) && (isIP(name) !== 0 || name === bare(host) || name === hostname().toLowerCase())));
  return isOwn
    ? undefined
    : { status: 403, text: 'expected this machine in the Host header, got another name' };
}

/** Why a request that a page makes by itself is refused: it came from a page of another origin. */
export function refuseOrigin({ host, ...headers }: IncomingHttpHeaders): Refusal | undefined {
  const site = headers['sec-fetch-site'];
  const isOwnSite = site === undefined || site === 'same-origin' || site === 'none';
  const isOwn = headers.origin === undefined || headers.origin === `http://${host}`;
  return isOwnSite && isOwn
    ? undefined
    : { status: 403, text: 'expected a request of the page itself, got one of another' };
}

/** Why a token is refused. The comparison takes as long for any token. */
export function refuseToken(given: string | undefined, token: string): Refusal | undefined {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given ?? ''), digest(token))
    ? undefined
    : { status: 401, text: 'expected the token of the address that kindling board printed' };
}
