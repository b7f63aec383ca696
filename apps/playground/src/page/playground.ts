import { type Language, languages, preferredLanguage } from '@kindling/dashboard/language';
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Problem, WorkerMessage } from '../protocol.ts';
import { type ConsoleContent, emptyConsole, withMessages } from './console/console-lines.ts';
import { RunHost } from './curves/run-host.ts';
import { centeredDigit, type Drawing } from './drawing/centered-digit.ts';
import { type Messages, messagesOf } from './messages/messages.ts';
import { firstProgram, isProgramName, type ProgramName } from './program/catalog.ts';
import { compileProgram } from './program/compile-program.ts';
import type { KeptTexts } from './program/kept-texts.ts';
import { withMissingName } from './program/missing-name.ts';
import type { ProgramWorker } from './run/program-worker.ts';

/** How the program stands. */
export type Status =
  | { readonly kind: 'loading' | 'running' | 'stopped' | 'failed' }
  | { readonly kind: 'ready'; readonly engine: string }
  | { readonly kind: 'finished'; readonly seconds: number }
  | { readonly kind: 'notLoaded'; readonly reason: string };

/** A program of the list, or the one of a link. */
export type ChosenProgram = ProgramName | 'shared';

export interface Environment {
  readonly sources: Readonly<Record<string, string>>;
  readonly kept: KeptTexts;
  /** Addresses of the packages that programs import. */
  readonly addresses: ReadonlyMap<string, string>;
  /** The languages of the reader, the preferred one first. */
  readonly languages: readonly string[];
  startWorker(
    onMessage: (message: WorkerMessage) => void,
    onFailure: (reason: string) => void,
  ): ProgramWorker;
  /** Takes a message to the dashboard. */
  sendToDashboard: ConstructorParameters<typeof RunHost>[0];
}

/** The state of the page. */
export class Playground {
  readonly language = signal<Language>('en');
  readonly messages: ReadonlySignal<Messages> = computed(() => messagesOf(this.language.value));
  readonly program = signal<ChosenProgram>(firstProgram);
  /** The text in the editor. */
  readonly text = signal('');
  readonly isChanged: ReadonlySignal<boolean> = computed(
    () => this.text.value !== this.#original(this.program.value),
  );
  readonly status = signal<Status>({ kind: 'loading' });
  readonly isRunning: ReadonlySignal<boolean> = computed(() => this.status.value.kind === 'running');
  readonly console = signal<ConsoleContent>(emptyConsole);
  /** What went wrong in the text that the editor shows. */
  readonly problem = signal<Problem | undefined>(undefined);
  /** A line that the editor is to show, once. */
  readonly wantedLine = signal<{ readonly line: number } | undefined>(undefined);
  readonly isDrawable = signal(false);
  /** The scores of the drawing, and what the network was shown. */
  readonly scores = signal<readonly number[]>([]);
  readonly seen = signal<Float32Array | undefined>(undefined);
  readonly runs: RunHost;
  readonly #environment: Environment;
  #shared = '';
  /** The text of the program that runs. */
  #ran = '';
  #worker: ProgramWorker | undefined;
  /** Whether the worker has not run a program yet. */
  #isFresh = false;
  #began = 0;
  #drawing: 'none' | 'sent' | 'waiting' = 'none';

  constructor(environment: Environment) {
    this.#environment = environment;
    this.runs = new RunHost(environment.sendToDashboard);
    const { kept } = environment;
    const language = kept.get('language');
    this.language.value =
      languages.find((one) => one === language) ?? preferredLanguage(environment.languages);
    const program = kept.get('program');
    this.choose(isProgramName(program) ? program : firstProgram);
    this.#start();
  }

  setLanguage(language: Language): void {
    this.language.value = language;
    this.#environment.kept.set('language', language);
  }

  /** Shows a program of the list as the reader left it. A program that runs goes on. */
  choose(program: ChosenProgram): void {
    const { kept } = this.#environment;
    batch(() => {
      this.program.value = program;
      this.text.value = kept.get(`program/${program}`) ?? this.#original(program);
      this.problem.value = undefined;
    });
    if (program !== 'shared') kept.set('program', program);
  }

  /** Shows the program of a link. */
  openShared(text: string): void {
    this.#shared = text;
    this.#environment.kept.set('program/shared', undefined);
    this.choose('shared');
  }

  /** Whether there is a program of a link. */
  get hasShared(): boolean {
    return this.#shared !== '';
  }

  edit(text: string): void {
    if (text === this.text.peek()) return;
    const program = this.program.peek();
    batch(() => {
      this.text.value = text;
      this.problem.value = undefined;
    });
    this.#environment.kept.set(`program/${program}`, text === this.#original(program) ? undefined : text);
  }

  /** Takes back what the reader has changed. */
  reset(): void {
    this.#environment.kept.set(`program/${this.program.peek()}`, undefined);
    this.choose(this.program.peek());
  }

  run(): void {
    this.#ran = this.text.peek();
    const compiled = compileProgram(this.#ran, this.#environment.addresses);
    this.#clear();
    if ('problem' in compiled) {
      this.#fail(compiled.problem);
      return;
    }
    if (!this.#isFresh) this.#start();
    this.#isFresh = false;
    this.#began = performance.now();
    this.status.value = { kind: 'running' };
    this.#worker?.post({ type: 'run', code: compiled.code });
  }

  stop(): void {
    if (!this.isRunning.peek()) return;
    this.#start();
    this.status.value = { kind: 'stopped' };
    this.runs.endProgram('stopped');
  }

  clearConsole(): void {
    this.console.value = emptyConsole;
  }

  /** Classifies a drawing, or a newer one where there is one by the time that the worker can. */
  readonly classify = (drawing: Drawing): void => {
    const pixels = centeredDigit(drawing);
    this.seen.value = pixels;
    if (pixels === undefined) this.scores.value = [];
    else if (this.#drawing === 'none') this.#sendDrawing(pixels);
    else this.#drawing = 'waiting';
  };

  #sendDrawing(pixels: Float32Array): void {
    if (!this.isDrawable.peek()) return;
    this.#drawing = 'sent';
    this.#worker?.post({ type: 'drawing', pixels });
  }

  #original(program: ChosenProgram): string {
    return program === 'shared' ? this.#shared : (this.#environment.sources[program] ?? '');
  }

  /** Ends the worker and makes a new one, which loads the packages while the reader reads. */
  #start(): void {
    this.#worker?.end();
    this.#isFresh = true;
    this.#drawing = 'none';
    this.isDrawable.value = false;
    const worker = this.#environment.startWorker(
      (message) => {
        // A worker that was ended may have sent something before.
        if (worker === this.#worker) this.#receive(message);
      },
      (reason) => {
        if (worker === this.#worker) this.status.value = { kind: 'notLoaded', reason };
      },
    );
    this.#worker = worker;
  }

  #receive(message: WorkerMessage): void {
    switch (message.type) {
      case 'ready':
        if (this.status.peek().kind === 'loading')
          this.status.value = { kind: 'ready', engine: message.engine };
        return;
      case 'output':
        this.console.value = withMessages(this.console.peek(), message.lines, message.dropped);
        return;
      case 'run-begun':
        this.runs.begin(message.run, message.config);
        return;
      case 'run-logged':
        this.runs.log(message.run, message.text);
        return;
      case 'drawable':
        this.isDrawable.value = true;
        if (this.seen.peek() !== undefined) this.#sendDrawing(this.seen.peek()!);
        return;
      case 'scores':
        this.#receiveScores(message.scores, message.problem);
        return;
      case 'ended':
        if (message.problem !== undefined) this.#fail(withMissingName(message.problem, this.#ran));
        else if (this.isRunning.peek()) {
          this.status.value = { kind: 'finished', seconds: (performance.now() - this.#began) / 1000 };
        }
        this.runs.endProgram(message.problem === undefined ? 'stopped' : 'failed');
    }
  }

  #receiveScores(scores: readonly number[], problem: Problem | undefined): void {
    const isOld = this.#drawing === 'waiting';
    this.#drawing = 'none';
    const { value: seen } = this.seen;
    if (problem !== undefined) this.#note(problem);
    this.scores.value = seen === undefined ? [] : scores;
    if (isOld && seen !== undefined) this.#sendDrawing(seen);
  }

  #clear(): void {
    batch(() => {
      this.console.value = emptyConsole;
      this.problem.value = undefined;
      this.scores.value = [];
    });
  }

  #fail(problem: Problem): void {
    batch(() => {
      this.status.value = { kind: 'failed' };
      this.problem.value = problem;
      this.#note(problem);
    });
  }

  #note({ message, line }: Problem): void {
    this.console.value = withMessages(this.console.peek(), [{ level: 'error', text: message, line }]);
  }
}
