import { Worker } from 'node:worker_threads';
import type { Packed } from './packed.ts';
import { WorkerError, workerError } from './worker-error.ts';
import type { WorkerAnswer, WorkerSetup, WorkerTask } from './worker-protocol.ts';

interface Waiting {
  readonly indices: Int32Array;
  readonly resolve: (value: Packed) => void;
  readonly reject: (reason: Error) => void;
}

/** A thread that makes batches. It keeps the process alive as long as it has some to make. */
class BatchWorker {
  readonly #id: number;
  readonly #thread: Worker;
  readonly #waiting: Waiting[] = [];
  #lost: Error | undefined;

  constructor(setup: WorkerSetup, numThreads: number) {
    this.#id = setup.id;
    this.#thread = new Worker(new URL('./loader-worker.js', import.meta.url), {
      workerData: setup,
      // Its copy of the engine sets the number of the threads that all copies share.
      env: { ...process.env, KINDLING_NUM_THREADS: String(numThreads) },
    });
    this.#thread.unref();
    this.#thread.on('message', (answer: WorkerAnswer) => this.#take(answer));
    this.#thread.on('error', (cause) => this.#lose(`failed: ${cause.message}`, cause));
    this.#thread.on('messageerror', (cause) =>
      this.#lose(`sent what cannot be read: ${cause.message}`, cause),
    );
    this.#thread.on('exit', (code) => this.#lose(`ended with exit code ${code}`));
  }

  /** Batches that it has to make. */
  get load(): number {
    return this.#waiting.length;
  }

  make(task: WorkerTask): Promise<Packed> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost);
    if (this.load === 0) this.#thread.ref();
    this.#thread.postMessage(task);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ indices: task.indices, resolve, reject });
    });
  }

  /** Whether it has ended. */
  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  async close(): Promise<void> {
    this.#lost ??= new WorkerError(this.#id, 'ended with its loader');
    this.#thread.ref();
    await this.#thread.terminate();
  }

  #take(answer: WorkerAnswer): void {
    const waiting = this.#waiting.shift();
    // One that is being ended keeps the process alive until it has ended, whatever it still says.
    if (this.load === 0 && !this.isLost) this.#thread.unref();
    if (answer.type === 'batch') waiting?.resolve(answer.value);
    else waiting?.reject(workerError(this.#id, answer.failure));
  }

  /** What was asked for and has not come comes no more. */
  #lose(how: string, cause?: Error): void {
    const [first] = this.#waiting;
    const samples = first === undefined ? '' : `samples ${first.indices.join(', ')}: `;
    this.#lost ??= new WorkerError(this.#id, `${samples}the worker ${how}`, { cause });
    for (const { reject } of this.#waiting.splice(0)) reject(this.#lost);
  }
}

/** The workers of an iteration over a `DataLoader`. */
export class WorkerPool {
  readonly #workers: readonly BatchWorker[];

  /** @param numThreads threads of the engine, which all copies of it share. */
  constructor(setup: Omit<WorkerSetup, 'id'>, numThreads: number) {
    this.#workers = Array.from(
      { length: setup.numWorkers },
      (_, id) => new BatchWorker({ ...setup, id }, numThreads),
    );
  }

  /** Has a batch made by the worker that has least to do. */
  make(task: WorkerTask): Promise<Packed> {
    const least = this.#workers.reduce((best, worker) => (worker.load < best.load ? worker : best));
    return least.make(task);
  }

  /** Whether one has ended, so that no more batches can be relied on. */
  get isLost(): boolean {
    return this.#workers.some((worker) => worker.isLost);
  }

  /** Ends all workers. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }
}
