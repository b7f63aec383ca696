// Drives a peer written in JavaScript by the line protocol: node worker.js NAME [ARGUMENT]
import { createInterface } from 'node:readline';
import type { Peer, Prepared } from '../peers/peer.ts';
import { peakBytes } from './peak-bytes.ts';
import type { Request } from './protocol.ts';

const openers: Readonly<Record<string, (argument?: string) => Promise<Peer>>> = {
  kindling: async (mode) => (await import('../peers/kindling/kindling.ts')).openKindling(mode),
  tfjs: async (engine) => (await import('../peers/tfjs.ts')).openTfjs(engine),
  jax: async () => (await import('../peers/jax.ts')).openJax(),
  machine: async () => (await import('../peers/machine.ts')).openMachine(),
};

// What a library prints must not get between the answers.
console.log = console.error;
console.info = console.error;
const write = (reply: object): boolean => process.stdout.write(`${JSON.stringify(reply)}\n`);

const [, , name = '', argument] = process.argv;
const open = openers[name];
if (open === undefined) throw new Error(`expected a peer of ${Object.keys(openers).join(', ')}, got ${name}`);

const start = performance.now();
const peer = await open(argument).catch((error: unknown) => {
  write({ id: 0, error: error instanceof Error ? error.message : String(error) });
  process.exit();
});
write({ id: 0, answer: { ready: (performance.now() - start) / 1000 } });

let prepared: Prepared | undefined;

function ready(): Prepared {
  if (prepared === undefined) throw new Error('expected a task before steps, got none');
  return prepared;
}

async function release(): Promise<object> {
  await prepared?.dispose?.();
  prepared = undefined;
  return {};
}

async function respond(request: Request): Promise<object> {
  switch (request.op) {
    case 'prepare':
      await release();
      prepared = await peer.prepare(request.task);
      return {};
    case 'check':
      return { check: await ready().check() };
    case 'step':
      return { seconds: await ready().step(request.count) };
    case 'release':
      return release();
    case 'versions':
      return peer.versions();
    case 'memory':
      return { bytes: peakBytes() };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, ...request } = JSON.parse(line) as Request & { readonly id: number };
  try {
    write({ id, answer: await respond(request) });
  } catch (error) {
    write({ id, error: error instanceof Error ? error.message : String(error) });
  }
}
await release();
process.exit();
