// Measures steps and collectives in the processes that a launcher of MPI started; the first one prints them: mpirun -n P node scaling.js
// TASKS, with the tasks as JSON.
import { zeros } from '@kindling/core';
import { allReduce, initProcessGroup, processes } from '@kindling/distributed';
import { prepareTrainer } from '../peers/kindling/trainer.ts';
import { median } from '../statistics.ts';
import type { TrainingTask } from '../task.ts';

/** Samples, each of which takes at least so many seconds. */
const [samples, atLeast] = [9, 0.05];

initProcessGroup();
const group = processes();

/** Seconds of one of the calls that `take` makes, in the slowest process. */
async function secondsOf(take: (count: number) => number | Promise<number>): Promise<number> {
  const slowest = async (count: number) => group.largest([await take(count)])[0]!;
  let count = 1;
  while ((await slowest(count)) < atLeast) count *= 2;
  const taken: number[] = [];
  for (let i = 0; i < samples; i++) taken.push((await slowest(count)) / count);
  return median(taken);
}

/** @param program its batches are shared */
async function stepOf(program: TrainingTask): Promise<number> {
  const prepared = prepareTrainer(program, group);
  await prepared.check();
  const seconds = await secondsOf((count) => prepared.step(count));
  await prepared.dispose?.();
  return seconds;
}

async function collectiveOf(bytes: number): Promise<number> {
  const values = zeros([bytes / 4]);
  const seconds = await secondsOf((count) => {
    const start = performance.now();
    for (let i = 0; i < count; i++) allReduce(values, 'sum');
    return (performance.now() - start) / 1000;
  });
  values.dispose();
  return seconds;
}

const { programs, bytes } = JSON.parse(process.argv[2]!) as {
  readonly programs: readonly TrainingTask[];
  readonly bytes: readonly number[];
};
const steps: number[] = [];
for (const program of programs) steps.push(await stepOf(program));
const collectives: [number, number][] = [];
if (group.size > 1) for (const size of bytes) collectives.push([size, await collectiveOf(size)]);
if (group.rank === 0) process.stdout.write(`${JSON.stringify({ steps, collectives })}\n`);
process.exit();
