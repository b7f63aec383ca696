import type { WorkerMessage, WorkerRequest } from '../../protocol.ts';

/**
 * The worker of one program. Its script is a line that imports `worker.js`: a worker with a `blob:` address has the page's policy,
 * whatever server the page comes from, and one with an address of its own would have none where a server sends none.
 */
export class ProgramWorker {
  readonly #worker: Worker;

  /** @param onMessage Receives what the worker sends. @param onFailure Receives why it could not be loaded. */
  constructor(onMessage: (message: WorkerMessage) => void, onFailure: (reason: string) => void) {
    const script = `import ${JSON.stringify(new URL('worker.js', document.baseURI).href)};`;
    const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
    this.#worker = new Worker(address, { type: 'module', name: 'program' });
    this.#worker.addEventListener('message', ({ data }: MessageEvent<WorkerMessage>) => {
      if (data.type === 'ready') URL.revokeObjectURL(address);
      onMessage(data);
    });
    this.#worker.addEventListener('error', (event) => {
      event.preventDefault();
      onFailure(event.message || 'the worker was not loaded');
    });
  }

  post(request: WorkerRequest): void {
    this.#worker.postMessage(request);
  }

  /** Ends it, whatever it does. */
  end(): void {
    this.#worker.terminate();
  }
}
