import { Worker } from 'node:worker_threads';
import { packageRequire } from '@kindling/core/internal';
import { functionNames } from './functions.ts';

/** How long a launcher has to read what a process wrote, in milliseconds, before the process ends all. */
export const FORWARDING_MS = 200;

/** Waits that are watched. */
export interface WatchOptions {
  /** Seconds that a wait may take. */
  readonly timeout: number;
  /** This process among the others, in words. */
  readonly place: string;
  /** The library, and its handle of all processes. */
  readonly file: string;
  readonly world: number;
}

/** What the thread that watches gets. */
interface Post extends WatchOptions {
  readonly words: Int32Array;
  readonly names: readonly string[];
  readonly koffi: string;
  readonly forwarding: number;
}

/**
 * What it does: it looks twenty times in the time that a wait may take, and counts its looks, so that the time in which the process is
 * stopped or has no core counts little. The process' other thread runs no JavaScript while it waits, so this one ends the process, and the
 * launcher the others.
 */
const watch = `({ words, names, timeout, place, koffi: path, file, world, forwarding }) => {
  const looks = 20;
  const sleep = new Int32Array(new SharedArrayBuffer(4));
  let seen = 0;
  let unchanged = 0;
  for (;;) {
    Atomics.wait(sleep, 0, 0, timeout * 1000 / looks);
    const changes = Atomics.load(words, 0);
    unchanged = changes === seen ? unchanged + 1 : 0;
    seen = changes;
    if (changes % 2 !== 0 && unchanged >= looks) break;
  }
  const since = new Date(Date.now() - timeout * 1000).toISOString();
  const call = names[words[1]] + (words[2] > 0 ? ' of ' + words[2] + ' elements' : '');
  try {
    require('node:fs').writeSync(2, place + ': ' + call + ': expected the other processes within ' + timeout +
      ' s, waited since ' + since + '; one of them took another way through the program, hangs or was stopped. ' +
      'All end; KINDLING_TIMEOUT=SECONDS gives more time\\n');
    Atomics.wait(sleep, 0, 0, forwarding);
    const koffi = require(path);
    koffi.load(file).func('int MPI_Abort(intptr_t world, int code)').async(world, 1, () => {});
    Atomics.wait(sleep, 0, 0, 1000);
    koffi.load(null).func('void _exit(int code)')(1);
  } finally {
    process.kill(process.pid, 'SIGKILL');
  }
}`;

/** The calls of this process that wait for others. What they write costs them nothing that could be measured. */
export class Waits {
  /** How many were begun and ended, an odd number while one waits; which function; how many elements. */
  readonly words = new Int32Array(new SharedArrayBuffer(12));
  #worker: Worker | undefined;

  begin(fn: number, count: number): void {
    const { words } = this;
    words[1] = fn;
    words[2] = count;
    words[0]!++;
  }

  end(): void {
    this.words[0]!++;
  }

  /** Ends the process, with a line on stderr, where a wait takes too long: from another thread, as this one waits in the library. */
  watch(options: WatchOptions): void {
    if (options.timeout === Number.POSITIVE_INFINITY) return;
    const koffi = packageRequire('mpi').resolve('koffi');
    const post: Post = {
      words: this.words,
      names: functionNames,
      koffi,
      forwarding: FORWARDING_MS,
      ...options,
    };
    const code = `(${watch})(require('node:worker_threads').workerData)`;
    this.#worker = new Worker(code, { eval: true, workerData: post, execArgv: [], env: {} });
    this.#worker.unref();
  }

  unwatch(): void {
    void this.#worker?.terminate();
  }
}
