import { ArgumentError } from '@kindling/core';

/** `WorkerPool` where there are no worker threads. */
export class WorkerPool {
  constructor({ numWorkers }: { readonly numWorkers: number }) {
    throw new ArgumentError(
      `DataLoader: expected numWorkers 0 in a browser, which has no worker threads of Node.js, got ${numWorkers}`,
    );
  }

  readonly isLost = false;

  make(): Promise<never> {
    return Promise.reject(new ArgumentError('DataLoader: no workers'));
  }

  async close(): Promise<void> {}
}
