// The worker of a page, in which a peer runs: its address names the peer and an argument.
/// <reference lib="dom" />

import type { Peer } from '../peers/peer.ts';
import { fetchArrays } from '../peers/resources.browser.ts';
import type { Request } from '../process/protocol.ts';
import { messageOf, Responder } from '../process/responder.ts';

const openers: Readonly<Record<string, (argument: string) => Promise<Peer>>> = {
  kindling: async (mode) => (await import('../peers/kindling/in-page.ts')).openKindlingInPage(mode),
  tfjs: async (engine) => (await import('../peers/tfjs.ts')).openTfjs(engine),
  jax: async () => (await import('../peers/jax.ts')).openJax(),
};

async function respond(responder: Responder, request: Request): Promise<object> {
  if (request.op === 'prepare' && request.task.kind === 'training') {
    const { input, target } = request.task;
    await fetchArrays([input.path, target.path]);
  }
  return responder.respond(request);
}

async function serve(): Promise<void> {
  const query = new URLSearchParams(location.search);
  const name = query.get('peer') ?? '';
  const open = openers[name];
  if (open === undefined)
    throw new Error(`expected a peer of ${Object.keys(openers).join(', ')}, got ${name}`);
  const responder = new Responder(await open(query.get('argument') ?? ''));
  addEventListener('message', ({ data: { id, ...request } }: MessageEvent<Request & { id: number }>) => {
    respond(responder, request).then(
      (answer) => postMessage({ id, answer }),
      (error: unknown) => postMessage({ id, error: messageOf(error) }),
    );
  });
  postMessage({ id: 0, answer: {} });
}

serve().catch((error: unknown) => postMessage({ id: 0, error: messageOf(error) }));
