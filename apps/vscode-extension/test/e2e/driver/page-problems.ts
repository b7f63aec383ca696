import type { BrowserContext, ConsoleMessage, Request } from 'playwright-core';
import { extensionId } from './code-server.ts';

/**
 * What is wrong in the pages of a context: what goes to another machine, what a policy forbids, errors that are thrown or logged. All
 * frames are listened to, those of webviews too. The browser logs as an error what a policy forbids. Errors of the editor's own are
 * passed over.
 */
export class PageProblems {
  readonly #found: string[] = [];

  static listen(context: BrowserContext, url: string): PageProblems {
    const problems = new PageProblems();
    const { host } = new URL(url);
    const add = (text: string): void => {
      problems.#found.push(text.slice(0, 500));
    };
    const isElsewhere = (request: Request): boolean => {
      const address = new URL(request.url());
      return /^(https?|wss?):$/.test(address.protocol) && address.host !== host;
    };
    // What a page gives up as it closes, files of a webview among it, has gone nowhere.
    context.on('requestfailed', (request) => {
      const isGivenUp = request.failure()?.errorText === 'net::ERR_ABORTED';
      if (isElsewhere(request) && !isGivenUp) add(`request: ${request.url()}`);
    });
    // Files of a webview have addresses of their own, which the webview's service worker answers.
    context.on('response', (response) => {
      if (isElsewhere(response.request()) && !response.fromServiceWorker()) add(`request: ${response.url()}`);
    });
    context.on('weberror', (error) => {
      const text = String(error.error().stack ?? error.error());
      if (!isOfEditor(text, text)) add(`error: ${text}`);
    });
    context.on('console', (message) => {
      if (message.type() === 'error' && !isKnown(message)) {
        add(`console: ${message.text()} (${message.location().url})`);
      }
    });
    return problems;
  }

  get all(): readonly string[] {
    return this.#found;
  }
}

function isKnown(message: ConsoleMessage): boolean {
  const { url } = message.location();
  // A module of Microsoft's own builds, which others lack.
  return isOfEditor(message.text(), url) || /\/vsda\/rust\/web\/vsda/.test(url);
}

/**
 * Whether an error is one of the workbench's own: native modules that its installation would compile, its gallery that is off, work
 * that it gives up when a window closes. It logs errors of extensions too, with their names or the paths of their scripts.
 */
const isOfEditor = (text: string, place: string): boolean =>
  place.includes('/workbench/workbench.js') &&
  !text.includes(extensionId) &&
  !text.includes('Content Security Policy');
