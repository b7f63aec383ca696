import type { BrowserContext, ConsoleMessage, Request } from 'playwright-core';

/**
 * What is wrong in the pages of a context: what goes to another machine, what a policy forbids, errors that are thrown or logged. All
 * frames are listened to, those of webviews too.
 */
export class Complaints {
  readonly #found: string[] = [];

  static async listen(context: BrowserContext, url: string): Promise<Complaints> {
    const complaints = new Complaints();
    const { host } = new URL(url);
    const add = (text: string): void => {
      complaints.#found.push(text.slice(0, 500));
    };
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
        console.error(`policy: ${violatedDirective} forbids ${blockedURI} (${sourceFile})`);
      });
    });
    const isElsewhere = (request: Request): boolean => {
      const address = new URL(request.url());
      return /^(https?|wss?):$/.test(address.protocol) && address.host !== host;
    };
    context.on('requestfailed', (request) => {
      if (isElsewhere(request)) add(`request: ${request.url()}`);
    });
    // Files of a webview have addresses of their own, which the webview's service worker answers.
    context.on('response', (response) => {
      if (isElsewhere(response.request()) && !response.fromServiceWorker()) add(`request: ${response.url()}`);
    });
    context.on('weberror', (error) => add(`error: ${String(error.error().stack ?? error.error())}`));
    context.on('console', (message) => {
      if (message.type() === 'error' && !isKnown(message)) {
        add(`console: ${message.text()} (${message.location().url})`);
      }
    });
    return complaints;
  }

  get all(): readonly string[] {
    return this.#found;
  }
}

function isKnown(message: ConsoleMessage): boolean {
  return noise.some((pattern) => pattern.test(message.text()));
}

/** Errors of code-server's own that have nothing to do with an extension. */
const noise: readonly RegExp[] = [];
