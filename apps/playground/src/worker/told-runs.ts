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

/** How often the page is told what a run has logged. A loop that never waits is told of from within its own calls. */
const INTERVAL_MS = 100;
/** Runs that the browser's storage keeps: programs are run often. */
const MAX_KEPT = 20;

type Post = (message: WorkerMessage) => void;

/** The runs of a program, of whose logs the page is told while they grow. */
export class ToldRuns {
  readonly #post: Post;
  readonly #runs: ToldRun[] = [];

  constructor(post: Post) {
    this.#post = post;
  }

  /** `createRun`, with a page that is told. */
  readonly create = async (options: CreateRunOptions): Promise<RunWriter> => {
    const run = await createRun(options);
    await removeOldest(options.dir ?? 'runs');
    this.#post({ type: 'run-begun', run: run.name, config: JSON.stringify(options.config ?? {}) });
    const told = new ToldRun(run, (text) => this.#post({ type: 'run-logged', run: run.name, text }));
    this.#runs.push(told);
    return run;
  };

  /** Tells of everything that was logged until now. */
  flush(): void {
    for (const run of this.#runs) run.tell();
  }
}

/** A run whose methods tell of what they log. */
class ToldRun {
  readonly #run: RunWriter;
  readonly #flush: () => void;
  readonly #events: string;
  readonly #tell: (text: string) => void;
  readonly #decoder = new TextDecoder();
  #position = 0;
  #told = Number.NEGATIVE_INFINITY;

  constructor(run: RunWriter, tell: (text: string) => void) {
    this.#run = run;
    this.#tell = tell;
    this.#events = new RunFolder(run.path).events;
    this.#flush = run.flush.bind(run);
    for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(run))) {
      if (/^log|^finish$/.test(name)) this.#follow(name as 'log' | 'finish');
    }
    this.tell();
  }

  /** Has a method look whether it is time to tell. */
  #follow(name: 'log' | 'finish'): void {
    const method = this.#run[name].bind(this.#run) as (...values: unknown[]) => unknown;
    const followed = (...values: unknown[]): void => {
      method(...values);
      if (name === 'finish' || performance.now() - this.#told >= INTERVAL_MS) this.tell();
    };
    Object.defineProperty(this.#run, name, { value: followed });
  }

  tell(): void {
    this.#told = performance.now();
    this.#flush();
    const bytes = this.#readNew();
    if (bytes.length > 0) this.#tell(this.#decoder.decode(bytes, { stream: true }));
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
