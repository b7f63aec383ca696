import { deviceReports, ready } from '@kindling/core';
import type { Peer } from '../peer.ts';
import { openKindling } from './kindling.ts';

/** Kindling in a page, on WebAssembly. @throws where the page would be served by another engine. */
export async function openKindlingInPage(mode?: string): Promise<Peer> {
  await ready();
  const report = deviceReports().find(({ device }) => device === 'cpu');
  if (report?.engine !== 'wasm') {
    const checks = report?.checks.map(({ engine, result }) => `${engine}: ${result}`).join('; ');
    throw new Error(`expected the engine wasm, got ${report?.engine ?? 'none'} (${checks})`);
  }
  return openKindling(mode);
}
