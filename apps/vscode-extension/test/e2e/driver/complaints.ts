import type { BrowserContext, ConsoleMessage, Request } from 'playwright-core';

/**
 * What is wrong in the pages of a context: what goes to another machine, what a policy forbids, errors that are thrown or logged. All
 * frames are listened to, those of webviews too.
 */
export class Complaints {
  readonly #found: string[] = [];
  readonly #allowed: RegExp[] = [];

  static async listen(context: BrowserContext, url: string): Promise<Complaints> {
    const complaints = new Complaints();
    const { host } = new URL(url);
    const add = (text: string): void => {
      complaints.#found.push(text.slice(0, 500));
    };
    await context.addInitScript(() => {
      document.addEventListener(
        'securitypolicyviolation',
        ({ violatedDirective, blockedURI, sourceFile }) => {
          console.error(`policy: ${violatedDirective} forbids ${blockedURI} (${sourceFile})`);
        },
      );
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

  /** Passes over what a story brings about: an error that is shown to a person is logged too. */
  allow(pattern: RegExp): void {
    this.#allowed.push(pattern);
  }

  get all(): readonly string[] {
    return this.#found.filter((text) => !this.#allowed.some((pattern) => pattern.test(text)));
  }
}

function isKnown(message: ConsoleMessage): boolean {
  return noise.some(
    ({ text, url }) => text.test(message.text()) && (url?.test(message.location().url) ?? true),
  );
}

interface Noise {
  readonly text: RegExp;
  readonly url?: RegExp;
}

/** Errors of code-server's own. */
const noise: readonly Noise[] = [
  // Native modules that its installation would compile: logs in files, the watchdog of the extension host.
  { text: /Could not locate the bindings file[\s\S]*@vscode\/spdlog/ },
  { text: /Cannot find module '\.\/build\/Release\/watchdog'/ },
  // Translations of built-in extensions are looked for in the gallery, which is off.
  { text: /No extension gallery service configured[\s\S]*getBuiltInExtensionTranslationsUri/ },
  // A window that is loaded anew gives up what it was reading.
  { text: /Unable to read file [\s\S]*\(Canceled: Canceled\)/ },
  { text: /\[lifecycle\] Long running operations during shutdown are unsupported in the web/ },
  // An extension that comes with the editor, which starts slowly on a busy machine.
  { text: /Timed out waiting for authentication provider 'github' to register/ },
  // On a busy machine a file is saved before extensions have looked at it.
  { text: /Aborted onWillSaveTextDocument-event/ },
  // A module of Microsoft's own builds.
  { text: /status of 404/, url: /\/vsda\/rust\/web\/vsda/ },
];
