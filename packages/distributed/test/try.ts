import { compile, manualSeed, nn, randn, tensor } from '@kindling/core';
import * as dist from '@kindling/distributed';

dist.initProcessGroup();
const r = dist.getRank(),
  n = dist.getWorldSize();
const x = tensor([r + 1, 10 * (r + 1)]);
dist.allReduce(x);
console.log(r, n, dist.describeGroup(), x.toArray());
const i = tensor(Int32Array.of(r, 5));
dist.allReduce(i, 'max');
console.log(r, i.toArray());
console.log(r, dist.allGather(tensor([r])).toArray(), dist.gather(tensor([r * 2]))?.toArray());
const s = tensor([0, 0]);
dist.scatter(
  s,
  r === 0
    ? tensor([
        [1, 2],
        [3, 4],
      ])
    : undefined,
);
console.log(r, s.toArray());
console.log(
  r,
  dist
    .reduceScatter(
      tensor([
        [1, 2],
        [3, 4],
      ]),
    )
    .toArray(),
);
manualSeed(r);
const model = new dist.DistributedDataParallel(new nn.Linear(784, 256));
const step = compile((x) => {
  model.zeroGrad?.();
  const l = model.forward(x).square().mean();
  l.backward();
  dist.allReduce(l.detach(), 'mean');
  return l;
});
for (let k = 0; k < 4; k++) step(randn([16, 784]));
const t = performance.now();
const xx = randn([16, 784]);
step.runMany(2000, [xx]);
console.log(
  r,
  'step µs',
  ((performance.now() - t) / 2).toFixed(1),
  step.replays,
  step.unsupportedReason,
  model.module.weight.grad.data().slice(0, 2),
);
const big = randn([200000]);
const f = compile((b) => {
  dist.allReduce(b);
  return b.narrow(0, 0, 1);
});
for (let k = 0; k < 4; k++) f(big);
