import { DeviceError, KindlingError } from '@kindling/core';
import { DataError } from '@kindling/data';

/** What the exit code of a command means; part of the contract with pipelines. */
export const exitCodes = {
  done: 0,
  failure: 1,
  usage: 2,
  data: 3,
  device: 4,
  diverged: 5,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A command line that asks for something that does not exist or does not fit together. */
export class UsageError extends KindlingError {
  override readonly name = 'UsageError';
}

/** The exit code that an error ends a command with. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return exitCodes.usage;
  if (error instanceof DataError) return exitCodes.data;
  if (error instanceof DeviceError) return exitCodes.device;
  return exitCodes.failure;
}
