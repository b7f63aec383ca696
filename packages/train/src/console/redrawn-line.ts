import { safeStyledText } from './safe-text.ts';

/** A stream that may be a terminal, such as `process.stderr`. */
export interface TerminalStream {
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): unknown;
  /** Asks the terminal; `columns` and `rows` are only as new as its last signal. */
  getWindowSize?(): [columns: number, rows: number];
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Size of a terminal; 80 × 24 where it does not say. */
export function terminalSize(stream: TerminalStream): TerminalSize {
  let [columns, rows] = [stream.columns, stream.rows];
  try {
    [columns, rows] = stream.getWindowSize?.() ?? [columns, rows];
  } catch {
    // A terminal that was closed has no size.
  }
  return { columns: columns || 80, rows: rows || 24 };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what begins a sequence
const styles = /\x1b\[[\d;]*m/g;

/** A line at the end of a terminal that is written over and over; where the terminal gets narrower, all rows that it then takes. */
export class RedrawnLine {
  readonly #stream: TerminalStream;
  /** Letters of the line that is there. */
  #length = 0;

  constructor(stream: TerminalStream) {
    this.#stream = stream;
  }

  /** Columns that a line may take. */
  get columns(): number {
    return terminalSize(this.#stream).columns - 1;
  }

  draw(text: string): void {
    const line = safeStyledText(text);
    this.#stream.write(`${this.#start}${line}\x1b[K`);
    this.#length = [...line.replace(styles, '')].length;
  }

  /** Erases the line. */
  clear(): void {
    if (this.#length === 0) return;
    this.#stream.write(`${this.#start}\x1b[K`);
    this.#length = 0;
  }

  /** To the beginning of the line. */
  get #start(): string {
    const further = Math.ceil(this.#length / (this.columns + 1)) - 1;
    return further > 0 ? `\r\x1b[${further}A\x1b[J` : '\r';
  }
}
