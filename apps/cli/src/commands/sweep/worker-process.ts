import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { exitCodes } from '../../exit-code.ts';
import type { FromWorker, ToWorker, TrialFailure } from './protocol.ts';

type Task = Extract<ToWorker, { type: 'train' }>;

export interface WorkerOptions {
  /** Workers that share the machine. */
  readonly jobs: number;
  /** Receives the messages of a worker. */
  readonly onMessage: (message: Exclude<FromWorker, { type: 'ended' }>) => void;
  /** Receives each line that a worker writes to stderr. */
  readonly onLine: (line: string) => void;
}

/** A process that trains trials, one at a time. */
export class WorkerProcess implements Disposable {
  readonly #child: ChildProcess;
  readonly #onMessage: WorkerOptions['onMessage'];
  readonly #exit: Promise<void>;
  #onEnd: ((failure: TrialFailure | undefined) => void) | undefined;
  #isAlive = true;

  constructor(options: WorkerOptions) {
    this.#onMessage = options.onMessage;
    const threads = Math.max(1, Math.floor(availableParallelism() / options.jobs));
    this.#child = fork(fileURLToPath(new URL('sweep-worker.js', import.meta.url)), [], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
      env: { ...(options.jobs > 1 ? { KINDLING_NUM_THREADS: String(threads) } : {}), ...process.env },
    });
    this.#child.on('message', (message: FromWorker) => this.#take(message));
    const { stderr } = this.#child;
    if (stderr) createInterface({ input: stderr }).on('line', options.onLine);
    this.#exit = new Promise((resolve) => {
      const over = (reason: string): void => {
        this.#isAlive = false;
        this.#finish({ message: `its process ${reason}`, code: exitCodes.failure });
        resolve();
      };
      this.#child.on('error', (error) => over(`does not run: ${error.message}`));
      // Not `close`, which does not come where this side has closed the channel.
      this.#child.on('exit', (code, signal) =>
        over(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`),
      );
    });
  }

  /** Whether the process can take another trial. */
  get isAlive(): boolean {
    return this.#isAlive && this.#child.connected;
  }

  /** Trains to the trial's end; what went wrong, if anything did. */
  train(task: Omit<Task, 'type'>): Promise<TrialFailure | undefined> {
    return new Promise((resolve) => {
      this.#onEnd = resolve;
      this.send({ type: 'train', ...task });
    });
  }

  send(message: ToWorker): void {
    // When the channel closes, the process's exit event follows and is handled.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  /** Resolves when the process has ended. */
  async close(): Promise<void> {
    this[Symbol.dispose]();
    await this.#exit;
  }

  [Symbol.dispose](): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  #take(message: FromWorker): void {
    if (message.type === 'ended') this.#finish(message.failure);
    else this.#onMessage(message);
  }

  #finish(failure: TrialFailure | undefined): void {
    const onEnd = this.#onEnd;
    this.#onEnd = undefined;
    onEnd?.(failure);
  }
}
