import { KindlingError } from '@kindling/core/internal/errors';
import { DataError } from '../data-error.ts';
import type { WorkerFailure } from './worker-protocol.ts';

/** What failed in a worker of a `DataLoader`: the message names the sample and the worker. Errors of data are `DataError`s there, too. */
export class WorkerError extends KindlingError {
  override readonly name = 'WorkerError';
  /** Number of the worker, from 0. */
  readonly worker: number;

  constructor(worker: number, message: string, options?: ErrorOptions) {
    super(`DataLoader: worker ${worker}, ${message}`, options);
    this.worker = worker;
  }
}

/** The error for what failed in a worker; its cause has the stack that it had there. */
export function workerError(worker: number, failure: WorkerFailure): Error {
  const { place, message, stack, problem } = failure;
  const cause = new Error(message);
  if (stack !== undefined) cause.stack = stack;
  return problem === undefined
    ? new WorkerError(worker, `${place}: ${message}`, { cause })
    : new DataError({ ...problem, place: `worker ${worker}, ${place}, ${problem.place}` }, { cause });
}
