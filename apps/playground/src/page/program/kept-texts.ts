const prefix = 'kindling-playground/';

/** What the reader has changed, in the browser's storage. A browser may refuse to keep anything. */
export class KeptTexts {
  get(name: string): string | undefined {
    try {
      return localStorage.getItem(prefix + name) ?? undefined;
    } catch {
      return undefined;
    }
  }

  set(name: string, text: string | undefined): void {
    try {
      if (text === undefined) localStorage.removeItem(prefix + name);
      else localStorage.setItem(prefix + name, text);
    } catch {
      // Nothing is kept.
    }
  }
}
