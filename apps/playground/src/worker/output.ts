import type { OutputLevel, OutputLine } from '../protocol.ts';
import { formatOutput } from './format-output.ts';

/** Lines go to the page no more often, and no more of them in one piece: a loop that prints without end does not choke it. */
const INTERVAL_MS = 50;
const MAX_LINES = 500;
/** Letters of one line. */
const MAX_LENGTH = 20_000;

/** Collects what a program prints, and sends it in pieces. */
export class Output {
  readonly #send: (lines: readonly OutputLine[], dropped: number) => void;
  #lines: OutputLine[] = [];
  #dropped = 0;
  #sent = Number.NEGATIVE_INFINITY;
  #isWaiting = false;

  constructor(send: (lines: readonly OutputLine[], dropped: number) => void) {
    this.#send = send;
  }

  /** Takes the place of the console's methods. */
  install(console: Console): void {
    const names: Readonly<Record<'log' | 'info' | 'debug' | 'warn' | 'error', OutputLevel>> = {
      log: 'log',
      info: 'info',
      debug: 'log',
      warn: 'warn',
      error: 'error',
    };
    for (const [name, level] of Object.entries(names) as [keyof typeof names, OutputLevel][]) {
      console[name] = (...values: unknown[]) => this.print(level, formatOutput(values));
    }
    console.table = (rows: unknown) => this.print('log', formatOutput([rows]));
  }

  print(level: OutputLevel, text: string): void {
    if (this.#lines.length < MAX_LINES) this.#lines.push({ level, text: cut(text) });
    else this.#dropped++;
    if (performance.now() - this.#sent >= INTERVAL_MS) this.flush();
    else if (!this.#isWaiting) {
      this.#isWaiting = true;
      setTimeout(() => this.flush(), INTERVAL_MS);
    }
  }

  /** Sends what waits. */
  flush(): void {
    this.#isWaiting = false;
    this.#sent = performance.now();
    if (this.#lines.length === 0) return;
    this.#send(this.#lines, this.#dropped);
    this.#lines = [];
    this.#dropped = 0;
  }
}

const cut = (text: string): string => (text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}…`);
