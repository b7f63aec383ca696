import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { DataFiles } from '../data/data-files.ts';
import { taskOf } from '../measure/steps.ts';
import { packageRoot } from '../package-root.ts';
import type { TrainingTask } from '../task.ts';
import { programs } from '../workloads/programs.ts';

const times = z.object({
  steps: z.array(z.number()),
  collectives: z.array(z.tuple([z.number(), z.number()])),
});
type Times = z.infer<typeof times>;

/** What a machine measured: the steps of programs with batches of all sizes, and of several processes. */
export const measuredSchema = z.object({
  date: z.string(),
  cores: z.number(),
  programs: z.array(
    z.object({
      name: z.string(),
      batch: z.number(),
      bytes: z.number(),
      compute: z.array(z.tuple([z.number(), z.number()])),
      /** Seconds of a step whose batch so many processes share. */
      shared: z.array(z.tuple([z.number(), z.number()])),
    }),
  ),
  /** Seconds of a sum of so many bytes over two processes. */
  collectives: z.array(z.tuple([z.number(), z.number()])),
});
export type Measured = Readonly<z.infer<typeof measuredSchema>>;

const names = ['mnist-256', 'mlp-large'];
const counts = [2, 4, 8];
const sizes = [2, 10, 13, 16, 18, 20, 22, 23].map((power) => 2 ** power);
/** Rows of the smallest batch: the share of one of 128 processes of 256 rows, say. */
const smallest = 2;

const bytesOf = ({ layers }: TrainingTask): number =>
  4 * layers.reduce((sum, layer) => (layer[0] === 'linear' ? sum + (layer[1] + 1) * layer[2] : sum), 0);

async function run(processes: number, tasks: object): Promise<Times> {
  const worker = join(packageRoot, 'dist', 'scaling.js');
  const { stdout } = await promisify(execFile)(
    'mpirun',
    ['-n', String(processes), process.execPath, worker, JSON.stringify(tasks)],
    {
      env: {
        ...process.env,
        KINDLING_NUM_THREADS: '1',
        OMPI_ALLOW_RUN_AS_ROOT: '1',
        OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1',
        OMPI_MCA_rmaps_base_oversubscribe: '1',
      },
    },
  );
  return times.parse(JSON.parse(stdout));
}

/** Measures by Open MPI on this machine, with more processes than cores too. */
export async function measure(): Promise<Measured> {
  const files = await DataFiles.create();
  try {
    const tasks = await Promise.all(
      names.map((name) => taskOf(programs.find((program) => program.name === name)!.step, files)),
    );
    const whole = tasks as readonly TrainingTask[];
    const batches = whole.map(({ batch }) => {
      const all: number[] = [];
      for (let rows = smallest; rows <= batch; rows *= 2) all.push(rows);
      return all;
    });
    const alone = await run(1, {
      programs: whole.flatMap((task, i) => batches[i]!.map((batch) => ({ ...task, batch }))),
      bytes: [],
    });
    const shared = new Map<number, Times>();
    for (const count of counts) shared.set(count, await run(count, { programs: whole, bytes: sizes }));
    return {
      date: new Date().toISOString(),
      cores: availableParallelism(),
      programs: whole.map((task, i) => {
        const before = batches.slice(0, i).flat().length;
        return {
          name: names[i]!,
          batch: task.batch,
          bytes: bytesOf(task),
          compute: batches[i]!.map((rows, n) => [rows, alone.steps[before + n]!]),
          shared: counts.map((count) => [count, shared.get(count)!.steps[i]!]),
        };
      }),
      collectives: shared.get(2)!.collectives,
    };
  } finally {
    await files.remove();
  }
}
