import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { bin, environment } from './kindling.ts';

const timeout = 60_000;

/** Whether terminals that can be looked at and resized can be had here; says so where they cannot. */
export const hasTmux = process.platform !== 'win32' && spawnSync('tmux', ['-V']).status === 0;
if (!hasTmux) console.warn('skipped: a terminal that is resized and looked at needs tmux, which is not here');

export interface TmuxSettings {
  readonly columns: number;
  readonly rows: number;
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A shell command around the command line, which takes the place of `%`. */
  readonly shell?: string;
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

let sessions = 0;

/** The command line in a terminal of its own, whose screen and scrollback can be read. */
export class TmuxSession implements Disposable {
  readonly #socket = `kindling-${process.pid}-${sessions++}`;
  readonly #folder = mkdtempSync(join(tmpdir(), 'kindling-tmux-'));

  constructor(
    args: readonly string[],
    { columns, rows, cwd, env = {}, shell = 'trap : INT; %' }: TmuxSettings,
  ) {
    const settings = join(this.#folder, 'tmux.conf');
    writeFileSync(settings, 'set -g remain-on-exit on\nset -g history-limit 5000\nset -g status off\n');
    const variables = Object.entries({ ...environment(), ...env });
    const assigned = variables.map(([name, value]) => quoted(`${name}=${value}`));
    const words = ['env', '-u', 'CI', '-u', 'NO_COLOR', ...assigned, quoted(process.execPath), quoted(bin)];
    const line = [...words, ...args.map(quoted)].join(' ');
    const size = ['-x', String(columns), '-y', String(rows)];
    // The status that tmux keeps is lost where the terminal is closed before the process is awaited.
    const command = `${shell.replace('%', () => line)}; echo $? > ${quoted(this.#codeFile)}`;
    this.#tmux('-f', settings, 'new-session', '-d', ...size, '-c', cwd, command);
  }

  /** Rows of the screen, and with `history` those above it, without spaces at their ends. */
  text({ history = false } = {}): string {
    return this.#tmux('capture-pane', '-p', ...(history ? ['-S', '-'] : [])).trimEnd();
  }

  /** The screen with its colours and weights. */
  styledText(): string {
    return this.#tmux('capture-pane', '-p', '-e');
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  press(key: string): void {
    this.#tmux('send-keys', key);
  }

  /** Whether the terminal shows its alternate screen. */
  get isFullScreen(): boolean {
    return this.#tmux('display-message', '-p', '#{alternate_on}').trim() === '1';
  }

  /** Waits until the screen is as expected. */
  async until(expected: RegExp): Promise<string> {
    await expect.poll(() => this.text(), { timeout, interval: 100 }).toMatch(expected);
    return this.text();
  }

  /** Waits for the end of the command. */
  async code(): Promise<number> {
    const written = () => (existsSync(this.#codeFile) ? readFileSync(this.#codeFile, 'utf8') : '');
    await expect.poll(written, { timeout, interval: 100 }).toMatch(/^\d+\n$/);
    return Number(written());
  }

  get #codeFile(): string {
    return join(this.#folder, 'code');
  }

  /** Closes the terminal. */
  [Symbol.dispose](): void {
    spawnSync('tmux', ['-L', this.#socket, 'kill-server']);
  }

  #tmux(...args: readonly string[]): string {
    const env = { ...environment(), TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' };
    return execFileSync('tmux', ['-u', '-L', this.#socket, ...args], { encoding: 'utf8', env });
  }
}
