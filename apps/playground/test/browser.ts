import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Where a Chromium is that the tests may use. */
export const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

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
  readonly theme?: 'light' | 'dark';
  readonly locale?: string;
  readonly width?: number;
  readonly height?: number;
  /** Whether the page may be kept for when there is no network. Default true. */
  readonly isKept?: boolean;
}

export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page, its frame and its worker complained about, or asked for elsewhere. */
  readonly problems: string[];
}

/** The page in a window of its own. */
export async function open(
  browser: Browser,
  url: string,
  { theme = 'light', locale = 'en-US', width = 1360, height = 900, isKept = true }: OpenOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: { width, height },
    locale,
    colorScheme: theme,
    serviceWorkers: isKept ? 'allow' : 'block',
  });
  const problems: string[] = [];
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      console.error(`policy: ${violatedDirective} ${blockedURI}`);
    });
  });
  context.on('console', (message) => problems.push(`${message.type()}: ${message.text()}`));
  context.on('weberror', (error) => problems.push(String(error.error().stack ?? error.error())));
  context.on('request', (request) => {
    const address = request.url();
    if (!address.startsWith(new URL(url).origin) && !/^(?:data|blob):/.test(address))
      problems.push(`request: ${address}`);
  });
  const page = await context.newPage();
  await page.goto(url);
  return { page, context, problems };
}

/** Puts a text in the place of the program. */
export async function writeProgram(page: Page, program: string): Promise<void> {
  await page.getByRole('textbox').click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(program);
}

/** Draws lines on the pad, from shares of its sides. */
export async function draw(page: Page, points: readonly (readonly [number, number])[]): Promise<void> {
  const box = (await page.locator('.pad canvas').boundingBox())!;
  const [first, ...rest] = points.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height] as const);
  await page.mouse.move(...first!);
  await page.mouse.down();
  for (const [x, y] of rest) await page.mouse.move(x, y, { steps: 5 });
  await page.mouse.up();
}

/** A 3, as a mouse draws it. */
export const three = [
  [0.3, 0.22],
  [0.42, 0.13],
  [0.6, 0.15],
  [0.68, 0.28],
  [0.6, 0.42],
  [0.45, 0.48],
  [0.62, 0.53],
  [0.7, 0.68],
  [0.6, 0.83],
  [0.42, 0.87],
  [0.28, 0.77],
] as const;
