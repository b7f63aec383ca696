// Chromium for the checks of scripts/test-browser.mjs.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

/** The browser that was named, or one of those that are usual; undefined where there is none. */
export const findBrowser = (named) =>
  named ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));

export const launch = (executablePath) =>
  chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
