import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { type LayoutState, parseLayout } from './layout-state.ts';

/** The chosen layout as signals, one a field, kept through `keep` whenever one changes. */
export class Layout {
  readonly #state: Signal<LayoutState>;
  readonly #fields = new Map<keyof LayoutState, ReadonlySignal<unknown>>();
  readonly #keep: (state: LayoutState) => void;

  constructor(kept: unknown, keep: (state: LayoutState) => void) {
    this.#state = signal(parseLayout(kept));
    this.#keep = keep;
  }

  /** A field; reading it subscribes to that field alone. */
  get<K extends keyof LayoutState>(name: K): LayoutState[K] {
    let field = this.#fields.get(name);
    if (field === undefined) {
      field = computed(() => this.#state.value[name]);
      this.#fields.set(name, field);
    }
    return field.value as LayoutState[K];
  }

  peek(): LayoutState {
    return this.#state.peek();
  }

  set(change: Partial<LayoutState>): void {
    const state = { ...this.#state.peek(), ...change };
    this.#state.value = state;
    this.#keep(state);
  }

  /** Puts an entry into a list, or takes it out. */
  toggle(name: 'pinned' | 'hiddenLines' | 'widePanels', entry: string): void {
    const list = this.peek()[name];
    const others = list.filter((one) => one !== entry);
    this.set({ [name]: others.length === list.length ? [...list, entry] : others });
  }
}
