// Drives the processes that a launcher of MPI started as one peer, by the line protocol: mpirun -n 2 node several.js
// The first process answers. It passes each request on by a socket, where the others wait for it: in a collective, they would take a core
// meanwhile.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { initProcessGroup, processes } from '@kindling/distributed';
import { openKindlingSeveral } from '../peers/kindling/several.ts';
import { answerLines, sayReady } from './lines.ts';
import { peakBytes } from './peak-bytes.ts';
import type { Request } from './protocol.ts';
import { Responder } from './responder.ts';

const start = performance.now();
initProcessGroup();
const group = processes();
const responder = new Responder(await openKindlingSeveral(), peakBytes);

if (group.rank === 0) {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  group.share(Buffer.from(String(port)));
  const others: Socket[] = [];
  while (others.length < group.size - 1) others.push((await once(server, 'connection'))[0]);
  server.close();
  sayReady((performance.now() - start) / 1000);
  await answerLines((request) => {
    for (const other of others) other.write(`${JSON.stringify(request)}\n`);
    return responder.respond(request);
  });
  for (const other of others) other.end();
} else {
  const socket = connect(Number(Buffer.from(group.share(undefined)).toString()), '127.0.0.1');
  for await (const line of createInterface({ input: socket })) {
    // What goes wrong here goes wrong in the first process, too, which says so.
    await responder.respond(JSON.parse(line) as Request).catch(() => undefined);
  }
}
await responder.release();
process.exit();
