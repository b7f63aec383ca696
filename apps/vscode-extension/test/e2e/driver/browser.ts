import { type Browser, chromium } from 'playwright-core';
import { program } from './programs.ts';

/** A browser that can reach this machine alone. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: program('chromium'),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
