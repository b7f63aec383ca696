import { safeStyledText, type TerminalSize, terminalSize } from '@kindling/train/internal/console';
import type { Terminal } from '../terminal/output.ts';

const ESC = '\x1b';
/** The alternate screen, without a cursor, and without lines that go on in the next row. */
const enter = `${ESC}[?1049h${ESC}[?25l${ESC}[?7l`;
/** Emptied before it is left: tmux, where it has become narrower, takes what does not fit for the main screen's. */
const leave = `${ESC}[2J${ESC}[?7h${ESC}[?25h${ESC}[?1049l`;
/** Terminals that know it show what is between at once. Source: https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036 */
const synchronized = (text: string): string => `${ESC}[?2026h${text}${ESC}[?2026l`;

/**
 * The alternate screen of a terminal: what was on the terminal, and its scrollback, are as before once it is left. A draw writes the
 * rows that have changed, and all of them where the size has. However the process ends, short of SIGKILL, the screen is left.
 */
export class FullScreen {
  readonly #stream: Terminal;
  /** What is on the screen; undefined while it is not shown. */
  #rows: readonly string[] | undefined;
  #size: TerminalSize = { columns: 0, rows: 0 };

  constructor(stream: Terminal) {
    this.#stream = stream;
  }

  get isShown(): boolean {
    return this.#rows !== undefined;
  }

  /** Size of the terminal now. */
  get size(): TerminalSize {
    return terminalSize(this.#stream);
  }

  /** Shows these rows from the top; there must not be more than the terminal has. */
  draw(rows: readonly string[]): void {
    const { size } = this;
    const isNew = this.#rows === undefined;
    if (isNew) this.#guard();
    const isWhole = isNew || size.columns !== this.#size.columns || size.rows !== this.#size.rows;
    const before = isWhole ? [] : this.#rows!;
    const safe = rows.map(safeStyledText);
    const changed = safe.map((row, i) => (row === before[i] ? '' : `${ESC}[${i + 1};1H${row}${ESC}[K`));
    const rest = before.length > safe.length ? `${ESC}[${safe.length + 1};1H${ESC}[J` : '';
    const text = `${isWhole ? `${ESC}[2J` : ''}${changed.join('')}${rest}`;
    this.#stream.write(`${isNew ? enter : ''}${text === '' ? '' : synchronized(text)}`);
    this.#rows = safe;
    this.#size = size;
  }

  /** Shows again what was there before. */
  readonly leave = (): void => {
    if (this.#rows === undefined) return;
    this.#rows = undefined;
    process.off('exit', this.leave);
    process.off('uncaughtExceptionMonitor', this.leave);
    process.off('SIGTSTP', this.#suspend);
    this.#stream.write(leave);
  };

  #guard(): void {
    process.on('exit', this.leave);
    process.on('uncaughtExceptionMonitor', this.leave);
    process.on('SIGTSTP', this.#suspend);
  }

  /** Ctrl-Z: the next draw after the process goes on shows the screen again. */
  readonly #suspend = (): void => {
    this.leave();
    process.kill(process.pid, 'SIGSTOP');
  };
}
