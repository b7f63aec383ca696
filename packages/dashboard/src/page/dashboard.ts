import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { type Language, preferredLanguage } from '../language.ts';
import type { HostMessage } from '../protocol.ts';
import type { HostChannel } from './channel/host-channel.ts';
import type { CurveAxis } from './curves/axis.ts';
import type { Curve } from './curves/curve.ts';
import { RunCurves } from './curves/run-curves.ts';
import type { Range } from './curves/visible-points.ts';
import { Layout } from './layout/layout.ts';
import { firstSelection, withColors } from './layout/selection.ts';
import { type Messages, messagesOf } from './messages/messages.ts';
import type { Cursor } from './plot/cursor.ts';
import { FrameQueue } from './plot/frame-queue.ts';
import { Requests } from './store/requests.ts';
import type { RunData } from './store/run-data.ts';
import { RunStore } from './store/run-store.ts';

/** The state of the page: what the host said, what was chosen, and what follows from both. */
export class Dashboard {
  readonly store: RunStore;
  readonly requests: Requests;
  readonly layout: Layout;
  readonly frames = new FrameQueue();
  readonly isConnected = signal(false);
  /** What went wrong lastly, until it is put away. */
  readonly problem = signal<string | undefined>(undefined);
  /** What is shown of x; nothing while all of it is followed. */
  readonly zoom = signal<Range | undefined>(undefined);
  readonly cursor = signal<Cursor | undefined>(undefined);
  readonly language: ReadonlySignal<Language>;
  /** Whether the reader chooses the language here, and not in the page that holds this one. */
  readonly canChooseLanguage: boolean;
  readonly messages: ReadonlySignal<Messages>;
  /** Ids of the runs that are shown. */
  readonly selected: ReadonlySignal<readonly string[]>;
  readonly #curves = new WeakMap<RunData, { readonly axis: CurveAxis; readonly curves: RunCurves }>();
  #hasChosen = false;

  /**
   * @param languages those of the reader, the preferred one first
   * @param language that of the page that holds this one, where there is one
   */
  constructor(channel: HostChannel, languages: readonly string[], language?: string) {
    this.canChooseLanguage = language === undefined;
    this.layout = new Layout(channel.getState(), (state) => channel.setState(state));
    this.store = new RunStore((message) => channel.post(message));
    this.requests = new Requests((message) => channel.post(message));
    this.language = computed(() =>
      language === undefined
        ? (this.layout.get('language') ?? preferredLanguage(languages))
        : preferredLanguage([language]),
    );
    this.messages = computed(() => messagesOf(this.language.value));
    this.selected = computed(() => {
      const { value: rows } = this.store.rows;
      return (this.layout.get('selected') ?? []).filter((id) => rows.has(id));
    });
    channel.onMessage((message) => this.#receive(message));
    channel.onProblem((problem) => {
      this.problem.value = problem;
    });
    channel.onConnection((isConnected) => {
      this.isConnected.value = isConnected;
      if (isConnected) this.store.reload();
      else this.requests.fail(this.messages.value.connection.lost);
    });
    effect(() => this.store.follow(new Set(this.selected.value)));
  }

  select(runs: readonly string[]): void {
    this.layout.set({ selected: [...runs], colors: withColors(this.layout.peek().colors, runs) });
  }

  toggleRun(run: string): void {
    const { value: selected } = this.selected;
    this.select(selected.includes(run) ? selected.filter((one) => one !== run) : [...selected, run]);
  }

  /** The curves of a run along the chosen axis. A call in an effect subscribes to the run and the axis. */
  curvesOf(run: string): readonly Curve[] {
    const axis = this.layout.get('axis');
    const data = this.store.data(run);
    if (data === undefined) return [];
    let known = this.#curves.get(data);
    if (known?.axis !== axis) {
      known = { axis, curves: new RunCurves(data, axis) };
      this.#curves.set(data, known);
    }
    return known.curves.update();
  }

  /** Name of a run, for people. */
  nameOf(run: string): string {
    return this.store.rows.value.get(run)?.name ?? run;
  }

  setAxis(axis: CurveAxis): void {
    batch(() => {
      this.layout.set({ axis });
      this.zoom.value = undefined;
      this.cursor.value = undefined;
    });
  }

  setScale(xScale: 'linear' | 'log'): void {
    batch(() => {
      this.layout.set({ xScale });
      // A stretch that begins at 0 has no place on a logarithmic axis.
      this.zoom.value = undefined;
    });
  }

  #receive(message: HostMessage): void {
    if (message.type === 'answer') {
      this.requests.receive(message);
      return;
    }
    batch(() => {
      this.store.receive(message);
      if (message.type === 'runs' && message.selected !== undefined) this.#choose(message.selected);
      if (message.type !== 'progress') this.#chooseFirst();
    });
  }

  #choose(named: readonly string[]): void {
    this.#hasChosen = true;
    this.select(named.filter((id) => this.store.rows.peek().has(id)));
  }

  /** Shows some runs as soon as there are any; later on nothing is chosen for the reader. */
  #chooseFirst(): void {
    const rows = this.store.rows.peek();
    if (this.#hasChosen || rows.size === 0) return;
    this.#hasChosen = true;
    const named = this.store.snapshot.peek()?.selected?.filter((id) => rows.has(id)) ?? [];
    const kept = this.layout.peek().selected?.filter((id) => rows.has(id)) ?? [];
    if (named.length > 0 || kept.length === 0) this.select(firstSelection(rows, named));
    else this.select(kept);
  }
}
