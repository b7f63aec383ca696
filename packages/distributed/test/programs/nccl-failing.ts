// NCCL's library fails at process 1, in the function that the first word names, while the others wait for it.
import { tensor } from '@kindling/core';
import * as dist from '@kindling/distributed';

dist.initProcessGroup({ backend: 'nccl' });
if (dist.getRank() === 1) process.env.STAND_IN_FAIL = process.argv[2];
const x = tensor([1], { device: `cuda:${dist.getRank()}` });
for (;;) {
  dist.allReduce(x);
  x.data();
}
