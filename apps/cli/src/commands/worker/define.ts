import type { Command } from 'commander';
import { createOutput } from '../../terminal/output.ts';
import type { WorkerOptions } from './worker.ts';

const epilogue = `
  kindling worker redis://host:6379
  kindling worker rediss://user:password@host:6380/0

Trains the trials of kindling sweep … --queue URL, one at a time, and sends the
runs back. Any number of workers on any machines share the trials; one that is
killed is replaced by another. A trial is an experiment document: nothing else of
it is executed. Needs npm install bullmq ioredis.`;

export function defineWorker(program: Command): void {
  program
    .command('worker')
    .description('train trials of sweeps from a queue on Redis')
    .argument('<url>', 'the Redis server, such as redis://host:6379')
    .option('--folder <folder>', 'where runs are trained until they are sent')
    .addHelpText('after', epilogue)
    .action(async (url: string, options: WorkerOptions) => {
      const { work } = await import('./worker.ts');
      process.exitCode = await work(url, options, createOutput({}));
    });
}
