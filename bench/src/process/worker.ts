// Drives a peer written in JavaScript by the line protocol: node worker.js NAME [ARGUMENT]
import type { Peer } from '../peers/peer.ts';
import { answerLines, sayAbsent, sayReady } from './lines.ts';
import { peakBytes } from './peak-bytes.ts';
import { Responder } from './responder.ts';

const openers: Readonly<Record<string, (argument?: string) => Promise<Peer>>> = {
  kindling: async (mode) => (await import('../peers/kindling/in-node.ts')).openKindlingInNode(mode),
  tfjs: async (engine) => (await import('../peers/tfjs.ts')).openTfjs(engine),
  'tfjs-node': async () => (await import('../peers/tfjs-node.ts')).openTfjsNode(),
  jax: async () => (await import('../peers/jax.ts')).openJax(),
  machine: async () => (await import('../peers/machine.ts')).openMachine(),
};

const [, , name = '', argument] = process.argv;
const open = openers[name];
if (open === undefined) throw new Error(`expected a peer of ${Object.keys(openers).join(', ')}, got ${name}`);

const start = performance.now();
const peer = await open(argument).catch(sayAbsent);
sayReady((performance.now() - start) / 1000);
const responder = new Responder(peer, peakBytes);
await answerLines((request) => responder.respond(request));
await responder.release();
process.exit();
