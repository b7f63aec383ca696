import type { MessagePort } from 'node:worker_threads';
import { hasNodeModules } from '../../host.ts';
import { wasmFrame } from './trap-guard.ts';
import type { WasmMemory, WasmModule } from './webassembly.ts';

/**
 * What a worker gets: its number, and where in the memory its thread-local variables and the end of its stack are. In Node.js, an end of a
 * channel, too, which is open as long as the worker lasts.
 */
interface Post {
  readonly module: WasmModule;
  readonly memory: WasmMemory;
  readonly index: number;
  readonly locals: number;
  readonly stack: number;
  readonly port?: MessagePort;
}

/**
 * What a worker does: it makes an instance of its own on the shared memory and serves the pool (native/src/threads.cpp) from it, asleep
 * where there is nothing to do. It starts no workers itself, and where it ends in the midst of a task, it says so, in place of its
 * thread-local variables, which it needs no more.
 *
 * A thread learns in V8 of growth from when the memory is its own, and takes the size from a moment before: what grows in between would stay
 * unknown until the next time, and copies to there would trap. Growing by nothing takes the size anew.
 */
const serve = `({ module, memory, index, locals, stack, port }) => {
  memory.grow(0);
  const kindling = { start_worker: () => 0, worker_ended: () => 0 };
  const { exports } = new WebAssembly.Instance(module, { env: { memory }, kindling });
  exports.__stack_pointer.value = stack;
  exports.__wasm_init_tls(locals);
  try {
    port?.postMessage('serves');
    exports.kd_serve(index);
  } catch (error) {
    const place = ${wasmFrame}.exec(error.stack)?.[0] ?? 'its start';
    const text = new TextEncoder().encode(\`\${error.message} at \${place} in thread \${index + 2}\\0\`);
    new Uint8Array(memory.buffer).set(text, locals);
    exports.kd_lose_worker(locals);
  }
}`;

/** `Worker` of a browser. */
interface WebWorker {
  postMessage(message: unknown): void;
}

type WebWorkers = new (url: string, options: { readonly type: 'module' }) => WebWorker;

/** A worker, and the end of the channel to it where there is one. */
interface Started {
  /** Kept from being collected. */
  readonly worker: unknown;
  readonly port?: MessagePort;
}

/** By a program that waits in its place, so that the worker comes up while this thread computes. It keeps no process alive. */
function startInNode(post: Post): Started {
  const { MessageChannel, Worker } = process.getBuiltinModule('node:worker_threads');
  const code = `(${serve})(require('node:worker_threads').workerData)`;
  const { bun, deno } = process.versions;
  const channel = bun === undefined && deno === undefined ? new MessageChannel() : undefined;
  const worker = new Worker(code, {
    eval: true,
    workerData: { ...post, port: channel?.port2 },
    transferList: channel === undefined ? [] : [channel.port2],
    execArgv: [],
    env: {},
  });
  // Where it does not come up, the others do its work.
  worker.on('error', () => undefined);
  worker.unref();
  return channel === undefined ? { worker } : { worker, port: channel.port1 };
}

/**
 * Whether a worker has ended that had come up. No event says so while this thread waits, but Node.js returns from `postMessage` whether
 * the channel has another end.
 */
function hasEnded(port: MessagePort): boolean {
  const sent = port.postMessage(0) as unknown;
  if (sent !== false) return false;
  return process.getBuiltinModule('node:worker_threads').receiveMessageOnPort(port) !== undefined;
}

/** A browser may wait with it until this thread comes to rest. */
function startInBrowser(post: Post): Started {
  const { Worker: scope } = globalThis as { readonly Worker?: unknown };
  const Worker = scope as WebWorkers;
  const url = URL.createObjectURL(
    new Blob([`onmessage = ({ data }) => (${serve})(data);`], { type: 'text/javascript' }),
  );
  const worker = new Worker(url, { type: 'module' });
  worker.postMessage(post);
  return { worker };
}

/** Most workers: each takes some megabytes of the host. */
const MAX_WORKERS = 63;

/** The workers of a module's pool of threads. They last as long as this thread. */
export class Workers {
  readonly #module: WasmModule;
  readonly #memory: WasmMemory;
  /** By their index; undefined where the runtime refused. */
  readonly #started: (Started | undefined)[] = [];
  #ended: number | undefined;

  constructor(module: WasmModule, memory: WasmMemory) {
    this.#module = module;
    this.#memory = memory;
  }

  /** Starts a worker; false where the runtime refuses to. */
  start(index: number, locals: number, stack: number): boolean {
    if (index >= MAX_WORKERS) return false;
    const post = { module: this.#module, memory: this.#memory, index, locals, stack };
    try {
      this.#started[index] = hasNodeModules() ? startInNode(post) : startInBrowser(post);
      return true;
    } catch {
      return false;
    }
  }

  /**
   * The index of a worker that has ended though it had come up, as `terminate()` and `process.exit()` end one: without an error, and perhaps
   * in the midst of a task. Where the runtime does not say, undefined.
   */
  ended(): number | undefined {
    if (this.#ended === undefined) {
      const index = this.#started.findIndex(
        (started) => started?.port !== undefined && hasEnded(started.port),
      );
      if (index >= 0) this.#ended = index;
    }
    return this.#ended;
  }
}
