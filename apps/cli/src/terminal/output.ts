import type { Writable } from 'node:stream';
import { isPlainOutput, safeJson, safeStyledText, safeText } from '@kindling/train/internal/console';
import { toJson } from '@kindling/train/internal/json-number';

/**
 * Where a command writes: results to stdout, notes to stderr. What comes from files, names and messages included, reaches a terminal
 * as text, never as a sequence that it obeys.
 */
export interface Output {
  /** JSON lines on stdout and nothing else there. */
  readonly json: boolean;
  /** Whether notes may rewrite lines: only on a terminal, and not under NO_COLOR or in CI. */
  readonly lively: boolean;
  /** Whether results may use color. */
  readonly color: boolean;
  /** Columns that charts take. */
  readonly columns: number;
  /** Cells of the terminal that results go to, of which charts may take more columns than text. Without one there is no end of rows. */
  readonly screen: { readonly columns: number; readonly rows: number };
  /** Columns after which text goes on in the next line: those of the terminal; without one, where programs read lines, none. */
  readonly width: number;
  /** A result for people; silent under `--json`. */
  print(text: string): void;
  /** A result for programs; silent without `--json`. NaN and the infinities, which JSON lacks, become strings. */
  emit(record: object): void;
  /** Anything that is not a result. */
  note(text: string): void;
  /** Stderr, for progress that rewrites its line. */
  readonly notes: Terminal;
}

/** A stream that may be a terminal. */
export interface Terminal extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export interface OutputOptions {
  readonly json?: boolean | undefined;
  readonly stdout?: Terminal;
  readonly stderr?: Terminal;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Most columns that text and charts take, however wide the terminal is. */
const widest = 120;

/** Color follows https://no-color.org, and `CI`; both mean a plain output. */
export function createOutput(options: OutputOptions = {}): Output {
  const { json = false, stdout = process.stdout, stderr = process.stderr, env = process.env } = options;
  const plain = isPlainOutput(env);
  const available = stdout.columns || Number(env.COLUMNS) || 80;
  const columns = Math.min(widest, Math.max(20, available));
  // Open MPI gives a process a pseudo-terminal, without a size, wherever its output goes; `--processes` says how wide it is.
  const isNone = env.OMPI_COMM_WORLD_RANK !== undefined && !(stdout.columns || Number(env.COLUMNS));
  const isTerminal = stdout.isTTY === true && !isNone;
  const color = !plain && isTerminal;
  return {
    json,
    lively: !plain && stderr.isTTY === true,
    color,
    columns,
    screen: {
      columns: Math.max(20, available),
      rows: isTerminal ? stdout.rows || 24 : Number.POSITIVE_INFINITY,
    },
    width: isTerminal ? columns : Number.POSITIVE_INFINITY,
    print: (text) => {
      if (!json) stdout.write(`${color ? safeStyledText(text) : safeText(text)}\n`);
    },
    emit: (record) => {
      if (json) stdout.write(`${safeJson(toJson(record))}\n`);
    },
    note: (text) => {
      stderr.write(`${safeText(text)}\n`);
    },
    notes: stderr,
  };
}
