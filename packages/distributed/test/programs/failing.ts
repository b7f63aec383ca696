// One process fails, as the first word says, while the others wait for it.
import { tensor } from '@kindling/core';
import * as dist from '@kindling/distributed';

dist.initProcessGroup();
const x = tensor([1]);
dist.allReduce(x);
if (dist.getRank() === 1) {
  if (process.argv[2] === 'throws') throw new RangeError('out of luck');
  if (process.argv[2] === 'exits') process.exit(7);
  process.kill(process.pid, 'SIGKILL');
}
for (;;) dist.allReduce(x);
