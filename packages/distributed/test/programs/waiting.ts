// Process 0 waits in a recorded step for the others, which do not come, each for a reason of its own. The words: the folder where each
// leaves its number once it runs, and how many there are.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { compile, tensor } from '@kindling/core';
import * as dist from '@kindling/distributed';

const [folder, count, timeout] = process.argv.slice(2) as [string, string, string];
const { rank } = dist.localProcesses();
writeFileSync(join(folder, `${rank}`), `${process.pid}`);
// They come up one after the other, and the time to wait is short.
for (let other = 0; other < Number(count); other++) {
  while (!existsSync(join(folder, `${other}`))) await setTimeout(5);
}

dist.initProcessGroup({ timeout: Number(timeout) });
const x = tensor(new Float32Array(7));
const step = compile(() => {
  const y = x.add(1);
  dist.allReduce(y);
  return y;
});
for (let i = 0; i < 5; i++) step();
if (rank === 1) for (;;);
if (rank === 2) process.kill(process.pid, 'SIGSTOP');
if (rank === 3) await setTimeout(2 ** 31 - 1);
for (;;) step();
