import { KindlingError } from '@kindling/core/internal/errors';

const refusal = (): KindlingError =>
  new KindlingError('DataLoader: expected numWorkers 0, got workers; worker threads are those of Node.js');

/** `WorkerPool` where there are no worker threads. */
export class WorkerPool {
  readonly isLost = false;

  constructor() {
    throw refusal();
  }

  make(): Promise<never> {
    return Promise.reject(refusal());
  }

  async close(): Promise<void> {}
}
