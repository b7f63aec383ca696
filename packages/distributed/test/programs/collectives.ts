// Every collective in the processes of a launcher, and one over many elements.
import { strictEqual } from 'node:assert';
import { tensor } from '@kindling/core';
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
dist.destroyProcessGroup();
console.log(`agreed ${rank}`);
