import { compile, manualSeed, nn, randn, tensor } from '@kindling/core';
import * as dist from '@kindling/distributed';

dist.initProcessGroup();
const r = dist.getRank();
manualSeed(r);
const log = (...x) => console.error(r, performance.now() | 0, ...x);
const model = new dist.DistributedDataParallel(new nn.Linear(784, 256));
log('made');
for (let k = 0; k < 3; k++) {
  const l = model
    .forward(randn([16, 784]))
    .square()
    .mean();
  log('f');
  l.backward();
  log('b');
}
const b = randn([200000]);
dist.allReduce(b);
log('big');
const f = compile((b) => {
  dist.allReduce(b);
  return b.narrow(0, 0, 1);
});
for (let k = 0; k < 5; k++) {
  f(b);
  log('c', k);
}
