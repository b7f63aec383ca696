// Every collective in the processes of a launcher, and one over many elements.
import { strictEqual } from 'node:assert';
import { tensor } from '@kindling/core';
import { allowedCores } from '@kindling/core/internal';
import * as dist from '@kindling/distributed';
import { checkCollectives } from './collective-checks.ts';

dist.initProcessGroup();
const [rank, size] = [dist.getRank(), dist.getWorldSize()];
checkCollectives([0, 1, 3, 1000, 70_001]);
const many = tensor(new Float32Array(10_000_000).fill(rank + 1));
dist.allReduce(many);
strictEqual(
  (many.data() as Float32Array).every((x) => x === (size * (size + 1)) / 2),
  true,
);

// Where the machine, as the word says, has as many cores, each process has some of its own then.
const cores = dist.bindToOwnCores();
const own = new Int32Array(1024);
for (const cpu of (allowedCores() ?? []).flat()) own[cpu] = 1;
const users = tensor(own);
dist.allReduce(users);
if (size > Number(process.argv[2])) strictEqual(cores, 1);
else if (process.platform === 'linux') strictEqual(users.max().item(), 1, 'a core of two processes');
dist.destroyProcessGroup();
console.log(`agreed ${rank}`);
