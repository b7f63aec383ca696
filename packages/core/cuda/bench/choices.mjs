// Writes what gemm times: for each shape the tile and the splits that the plan chooses, and for each other tile the splits it would get.
// One line each: m n k transposeA transposeB multiply(f32|tf32) module entry rows columns depth threads splits chosen(1|0). Needs the built
// package: node choices.mjs > build/choices.txt
import { candidatesOf, choose } from '../../dist/backend/cuda/plan/matmul.js';

const MULTIPROCESSORS = 132;

const squares = [256, 512, 768, 1024, 1280, 1536, 2048, 3072, 4096, 8192].map((n) => [n, n, n, 'NN']);
const shapes = [
  ...squares,
  [2048, 2048, 2048, 'NT'],
  [2048, 2048, 2048, 'TN'],
  [4096, 4096, 4096, 'NT'],
  // Products of training steps: layers of 784, 256 and 10 with a batch of 256, of 784, 1024 and 10 with a batch of 1024.
  [256, 256, 784, 'NT'],
  [256, 784, 256, 'TN'],
  [256, 10, 256, 'NT'],
  [10, 256, 256, 'TN'],
  [256, 256, 10, 'NN'],
  [64, 128, 784, 'NT'],
  [1024, 1024, 784, 'NT'],
  [1024, 784, 1024, 'TN'],
  [1024, 10, 1024, 'NT'],
  [1, 4096, 4096, 'NN'],
];

const line = (kind, [m, n, k, transposes], { tile, splits }, chosen) =>
  [
    ...[m, n, k, transposes[0] === 'T' ? 1 : 0, transposes[1] === 'T' ? 1 : 0, kind],
    ...[kind === 'tf32' ? 'matmul-tf32' : 'matmul', tile.entry],
    ...[tile.rows, tile.columns, tile.depth, tile.threads, splits, chosen ? 1 : 0],
  ].join(' ');

for (const [kind, list] of [
  ['f32', shapes],
  ['tf32', squares.slice(1, -1)],
]) {
  for (const shape of list) {
    const [m, n, k, transposes] = shape;
    const vectors = (transposes[0] === 'T' ? m : k) % 4 === 0 && (transposes[1] === 'T' ? k : n) % 4 === 0;
    const candidates = candidatesOf(kind, vectors);
    const best = (from) => choose(from, { batch: 1, m, n, k }, MULTIPROCESSORS, true);
    const choice = best(candidates);
    console.log(line(kind, shape, choice, true));
    for (const tile of candidates) {
      if (tile !== choice.tile) console.log(line(kind, shape, best([tile]), false));
    }
  }
}
