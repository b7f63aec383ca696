/** What a page keeps in its browser. A browser may refuse to keep anything. */
export class StoredState {
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  get(): unknown {
    try {
      return JSON.parse(localStorage.getItem(this.#key) ?? 'null');
    } catch {
      return undefined;
    }
  }

  set(state: object): void {
    try {
      localStorage.setItem(this.#key, JSON.stringify(state));
    } catch {
      // Nothing is kept.
    }
  }
}
