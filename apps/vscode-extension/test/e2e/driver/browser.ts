import { type Browser, chromium } from 'playwright-core';

/** A browser that can reach this machine alone. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.KINDLING_CHROMIUM ?? '/usr/bin/chromium',
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
