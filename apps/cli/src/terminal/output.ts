import type { Writable } from 'node:stream';

/** Where a command writes: results to stdout, notes to stderr. */
export interface Output {
  /** JSON lines on stdout and nothing else there. */
  readonly json: boolean;
  /** Whether notes may use colour and rewrite lines: only on a terminal, and not under NO_COLOR or in CI. */
  readonly lively: boolean;
  /** Whether results may use colour. */
  readonly color: boolean;
  /** Columns of the terminal that results go to. */
  readonly width: number;
  /** A result for people; silent under `--json`. */
  print(text: string): void;
  /** A result for programs; silent without `--json`. */
  emit(record: object): void;
  /** Anything that is not a result. */
  note(text: string): void;
  /** Stderr, for progress that rewrites its line. */
  readonly notes: Writable;
}

interface Terminal extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface OutputOptions {
  readonly json: boolean;
  readonly stdout?: Terminal;
  readonly stderr?: Terminal;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '';

/**
 * Colour follows https://no-color.org, and `CI`; both mean a plain output.
 */
export function createOutput({
  json,
  stdout = process.stdout,
  stderr = process.stderr,
  env = process.env,
}: OutputOptions): Output {
  const plain = isSet(env.NO_COLOR) || isSet(env.CI) || env.TERM === 'dumb';
  return {
    json,
    lively: !plain && stderr.isTTY === true,
    color: !plain && stdout.isTTY === true,
    width: stdout.columns ?? 80,
    print: (text) => {
      if (!json) stdout.write(`${text}\n`);
    },
    emit: (record) => {
      if (json) stdout.write(`${JSON.stringify(record)}\n`);
    },
    note: (text) => {
      stderr.write(`${text}\n`);
    },
    notes: stderr,
  };
}
