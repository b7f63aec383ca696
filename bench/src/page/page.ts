// A page with a peer in a worker, as training belongs in one. Its address names the peer and an argument.
/// <reference lib="dom" />
import type { Request } from '../process/protocol.ts';

/** What the worker says: an answer to the request with that id, or why there is none. */
type Reply =
  | { readonly id: number; readonly answer: object }
  | { readonly id: number; readonly error: string };

const worker = new Worker(`worker.js${location.search}`, { type: 'module' });
const waiting = new Map<number, (reply: Reply) => void>();
const replyTo = (id: number): Promise<Reply> => new Promise((resolve) => void waiting.set(id, resolve));

worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
  waiting.get(data.id)?.(data);
  waiting.delete(data.id);
});
worker.addEventListener('error', ({ message }) => {
  for (const [id, resolve] of waiting) resolve({ id, error: message });
});

let asked = 0;

/** What a driver calls. */
export const bench = {
  /** Resolves with the seconds from the page's opening until the library can be used. */
  ready: replyTo(0).then((reply) =>
    'error' in reply ? reply : { ...reply, answer: { ready: performance.now() / 1000 } },
  ),
  ask(request: Request): Promise<Reply> {
    const id = ++asked;
    const reply = replyTo(id);
    worker.postMessage({ id, ...request });
    return reply;
  },
};

Object.assign(globalThis, { bench });
