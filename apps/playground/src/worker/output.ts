import type { OutputLevel, OutputLine } from '../protocol.ts';
import { formatOutput } from './format-output.ts';

/** Lines go to the page no more often; after a flood of them, which the page takes its time to show, much less often. */
const INTERVAL_MS = 50;
const FLOOD_INTERVAL_MS = 1000;
/** Lines of one piece: of more, the newest. */
const MAX_LINES = 1000;
/** Letters of one line. */
const MAX_LENGTH = 20_000;

/** Collects what a program prints, and sends it in pieces. */
export class Output {
  readonly #send: (lines: readonly OutputLine[], dropped: number) => void;
  #lines: OutputLine[] = [];
  #dropped = 0;
  #sent = Number.NEGATIVE_INFINITY;
  #interval = INTERVAL_MS;
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
    this.#lines.push({ level, text: cut(text) });
    if (this.#lines.length >= 2 * MAX_LINES) this.#dropOldest();
    if (performance.now() - this.#sent >= this.#interval) this.flush();
    else if (!this.#isWaiting) {
      this.#isWaiting = true;
      setTimeout(() => this.flush(), this.#interval);
    }
  }

  /** Sends what waits. */
  flush(): void {
    this.#isWaiting = false;
    this.#sent = performance.now();
    if (this.#lines.length === 0) return;
    this.#dropOldest();
    this.#send(this.#lines, this.#dropped);
    this.#interval = this.#dropped === 0 ? INTERVAL_MS : FLOOD_INTERVAL_MS;
    this.#lines = [];
    this.#dropped = 0;
  }

  #dropOldest(): void {
    const over = Math.max(0, this.#lines.length - MAX_LINES);
    this.#lines.splice(0, over);
    this.#dropped += over;
  }
}

const cut = (text: string): string => (text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}…`);
