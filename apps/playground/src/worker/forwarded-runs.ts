import { closeSync, fstatSync, openSync, readSync } from '@kindling/data/internal';
import {
  type CreateRunOptions,
  createRun,
  listRuns,
  RunFolder,
  type RunWriter,
  removeRun,
} from '@kindling/train';
import type { WorkerMessage } from '../protocol.ts';

/** How often what a run has logged is sent to the page. Of a loop that never waits it is sent from within its own calls. */
const INTERVAL_MS = 100;
/** Runs that the browser's storage keeps: programs are run often. */
const MAX_KEPT = 20;

type Post = (message: WorkerMessage) => void;

/** The runs of a program, whose logs are sent to the page while they grow. */
export class ForwardedRuns {
  readonly #post: Post;
  readonly #runs: ForwardedRun[] = [];

  constructor(post: Post) {
    this.#post = post;
  }

  /** `createRun` of a run whose log is sent to the page. */
  readonly create = async (options: CreateRunOptions): Promise<RunWriter> => {
    const run = await createRun(options);
    await removeOldest(options.dir ?? 'runs');
    this.#post({ type: 'run-begun', run: run.name, config: JSON.stringify(options.config ?? {}) });
    const forwarded = new ForwardedRun(run, (text) =>
      this.#post({ type: 'run-logged', run: run.name, text }),
    );
    this.#runs.push(forwarded);
    return run;
  };

  /** Sends everything that was logged until now. */
  flush(): void {
    for (const run of this.#runs) run.send();
  }
}

/** A run whose methods send what they log. */
class ForwardedRun {
  readonly #run: RunWriter;
  readonly #flush: () => void;
  readonly #events: string;
  readonly #send: (text: string) => void;
  readonly #decoder = new TextDecoder();
  #position = 0;
  #sentAt = Number.NEGATIVE_INFINITY;

  constructor(run: RunWriter, send: (text: string) => void) {
    this.#run = run;
    this.#send = send;
    this.#events = new RunFolder(run.path).events;
    this.#flush = run.flush.bind(run);
    for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(run))) {
      if (/^log|^finish$/.test(name)) this.#follow(name as 'log' | 'finish');
    }
    this.send();
  }

  /** Has a method look whether it is time to send. */
  #follow(name: 'log' | 'finish'): void {
    const method = this.#run[name].bind(this.#run) as (...values: unknown[]) => unknown;
    const followed = (...values: unknown[]): void => {
      method(...values);
      if (name === 'finish' || performance.now() - this.#sentAt >= INTERVAL_MS) this.send();
    };
    Object.defineProperty(this.#run, name, { value: followed });
  }

  send(): void {
    this.#sentAt = performance.now();
    this.#flush();
    const bytes = this.#readNew();
    if (bytes.length > 0) this.#send(this.#decoder.decode(bytes, { stream: true }));
  }

  #readNew(): Uint8Array {
    const file = openSync(this.#events, 'r');
    try {
      const bytes = new Uint8Array(fstatSync(file).size - this.#position);
      const length = readSync(file, bytes, 0, bytes.length, this.#position);
      this.#position += length;
      return bytes.subarray(0, length);
    } finally {
      closeSync(file);
    }
  }
}

/** A run that cannot be removed stays. */
async function removeOldest(dir: string): Promise<void> {
  const over = listRuns(dir)
    .filter(({ state }) => state !== 'running')
    .slice(MAX_KEPT);
  await Promise.all(over.map(({ name }) => removeRun(dir, name).catch(() => {})));
}
