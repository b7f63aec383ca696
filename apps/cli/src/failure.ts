import { DeviceError, KindlingError } from '@kindling/core';
import { DataError } from '@kindling/data';
import { ExperimentError, JsonSyntaxError, RunError } from '@kindling/train';
import { safeText } from '@kindling/train/internal/console';
import { DivergenceError } from './divergence-error.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { UsageError } from './usage-error.ts';

const kinds = [
  [UsageError, exitCodes.usage],
  [ExperimentError, exitCodes.usage],
  [JsonSyntaxError, exitCodes.usage],
  [RunError, exitCodes.usage],
  [DataError, exitCodes.data],
  [DeviceError, exitCodes.device],
  [DivergenceError, exitCodes.diverged],
] as const;

/**
 * Says on stderr what went wrong, and returns the exit code. The stack is shown under KINDLING_DEBUG only.
 *
 * @param place where it did, if that is not plain.
 */
export function reportFailure(error: unknown, place?: string): ExitCode {
  const { message, code } = failureOf(error);
  process.stderr.write(`kindling: ${safeText(place === undefined ? message : `${place}: ${message}`)}\n`);
  if (process.env.KINDLING_DEBUG)
    for (const stack of stacks(error)) process.stderr.write(`${safeText(stack)}\n`);
  return code;
}

/** What went wrong, in words, and the exit code that stands for it. */
export const failureOf = (error: unknown): { readonly message: string; readonly code: ExitCode } => ({
  message: describeFailure(error),
  code: kinds.find(([kind]) => error instanceof kind)?.[1] ?? exitCodes.failure,
});

/** Where an error was thrown, and where those that led to it. */
function stacks(error: unknown): readonly string[] {
  const found: string[] = [];
  for (let cause = error; cause instanceof Error && found.length < 10; cause = cause.cause) {
    found.push(cause.stack ?? cause.message);
  }
  return found;
}

function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof KindlingError || kinds.some(([kind]) => error instanceof kind)) return error.message;
  if (isSystemError(error)) {
    if (error.syscall === 'uv_cwd') return `the working directory does not exist (${error.code})`;
    const place = error.path ?? error.syscall ?? 'system';
    // Node says `EACCES: permission denied, mkdir 'runs'`.
    const [, reason = error.message] = /^\w+: ([^,]+)/.exec(error.message) ?? [];
    return `${place}: cannot ${verbs[error.syscall ?? ''] ?? 'use it'}: ${reason} (${error.code})`;
  }
  const hint = process.env.KINDLING_DEBUG ? '' : ' (KINDLING_DEBUG=1 shows where)';
  return `${error.name}: ${error.message}${hint}`;
}

const verbs: Readonly<Record<string, string>> = {
  mkdir: 'create the folder',
  open: 'open the file',
  read: 'read the file',
  write: 'write the file',
  fsync: 'sync the file to disk',
  ftruncate: 'truncate the file',
  unlink: 'remove the file',
  stat: 'access the file',
  lstat: 'access the file',
  rename: 'rename the file',
  scandir: 'list the folder',
};

const isSystemError = (error: Error): error is NodeJS.ErrnoException =>
  'syscall' in error && 'code' in error && typeof error.code === 'string';
