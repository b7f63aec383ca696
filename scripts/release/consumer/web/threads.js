// The same with and without threads: computes until two workers of the engine have come up.
import { getNumThreads, manualSeed, randn, setNumThreads } from '@kindling/core';

const product = () => {
  manualSeed(1);
  return randn([300, 500])
    .matmul(randn([500, 400]))
    .tanh()
    .data();
};

setNumThreads(1);
const alone = product();
setNumThreads(3);
const threads = getNumThreads();
const { library } = randn([1]).storage.backend;
while (threads > 1 && library.workers() < 2) product();
const isSame = Array.from({ length: 20 }, product).every((together) =>
  together.every((value, i) => value === alone[i]),
);
console.log(JSON.stringify({ threads, workers: library.workers(), isSame }));
