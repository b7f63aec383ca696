import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Where a Chromium is that the tests may use. */
export const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

export type ThemeChoice = 'light' | 'dark' | 'high-contrast';
export const themeChoices: readonly ThemeChoice[] = ['light', 'dark', 'high-contrast'];

export const launch = (): Promise<Browser> =>
  chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
    ],
  });

export interface OpenOptions {
  readonly theme?: ThemeChoice;
  readonly locale?: string;
  readonly width?: number;
  readonly height?: number;
}

/** The page of a host in a window of its own, and everything that it complains about or asks for elsewhere. */
export async function open(
  browser: Browser,
  url: string,
  { theme = 'light', locale = 'en-US', width = 1280, height = 860 }: OpenOptions = {},
): Promise<{ readonly page: Page; readonly problems: string[] }> {
  const context = await browser.newContext({
    viewport: { width, height },
    locale,
    timezoneId: 'UTC',
    colorScheme: theme === 'light' ? 'light' : 'dark',
    contrast: theme === 'high-contrast' ? 'more' : 'no-preference',
  });
  const page = await context.newPage();
  const problems: string[] = [];
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      console.error(`policy: ${violatedDirective} ${blockedURI}`);
    });
  });
  page.on('console', (message) => problems.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(String(error.stack ?? error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL(url).origin) && !request.url().startsWith('data:')) {
      problems.push(`request: ${request.url()}`);
    }
  });
  await page.goto(url);
  return { page, problems };
}
