import { packageRequire } from '../package-folder.ts';

/**
 * TensorFlow's own level of its log. Set, lines of TensorFlow and TensorFlow.js go where they always go; else they stay away from the
 * terminal while TensorFlow starts.
 */
const LEVEL = 'TF_CPP_MIN_LOG_LEVEL';

/** Errors alone. */
const QUIET = '2';

interface StandardError {
  /** Sends what is written to stderr into a file. */
  divert(): void;
  restore(): void;
}

/**
 * The C library's calls that put a file in stderr's place: TensorFlow writes some lines while its library loads, before it reads its
 * level. Undefined where there is no such library, as on Windows.
 */
function standardError(): StandardError | undefined {
  if (process.platform === 'win32') return undefined;
  const { openSync, closeSync } = process.getBuiltinModule('node:fs');
  try {
    const koffi = packageRequire('tfjs')('koffi') as typeof import('koffi');
    const libc = koffi.load(null);
    const dup = libc.func('int dup(int)') as (file: number) => number;
    const dup2 = libc.func('int dup2(int, int)') as (from: number, to: number) => number;
    const close = libc.func('int close(int)') as (file: number) => number;
    let kept = -1;
    return {
      divert: () => {
        const nowhere = openSync('/dev/null', 'w');
        kept = dup(2);
        if (kept >= 0) dup2(nowhere, 2);
        closeSync(nowhere);
      },
      restore: () => {
        if (kept < 0) return;
        dup2(kept, 2);
        close(kept);
      },
    };
  } catch {
    return undefined;
  }
}

/** Loads TensorFlow without the lines that it and TensorFlow.js write when they start, unless TF_CPP_MIN_LOG_LEVEL is set. */
export function withoutStartUpLines<T>(load: () => T): T {
  if (process.env[LEVEL] !== undefined) return load();
  const { warn } = console;
  const stderr = standardError();
  process.env[LEVEL] = QUIET;
  console.warn = (...values: unknown[]) => {
    // Two copies of TensorFlow.js share one registry; that the second finds it in use is no news.
    if (!/^Platform \w+ has already been set/.test(String(values[0]))) warn(...values);
  };
  stderr?.divert();
  try {
    return load();
  } finally {
    stderr?.restore();
    console.warn = warn;
    delete process.env[LEVEL];
  }
}
