// A program with a loop of its own, for tests that end it: child.ts <ending> <dir> [--resume]
import { writeSync } from 'node:fs';
import { createRun } from '../../src/index.ts';

const [ending, dir, resume] = process.argv.slice(2);
const run = await createRun({
  name: 'gan',
  dir: dir!,
  config: { lr: 2e-4, betas: [0.5, 0.999] },
  resume: resume === '--resume',
});

/** A loop that never waits, of two losses, as fast as it can. */
function spin(milliseconds: number): void {
  const end = Date.now() + milliseconds;
  for (let step = run.step; Date.now() < end; step++) {
    run.log(step, { 'loss/generator': 1 / (step + 1), 'loss/discriminator': Math.sin(step) });
    // One after the other can be seen, and the buffer does not fill up.
    const next = performance.now() + 1;
    while (performance.now() < next);
  }
}

const endings: Record<string, () => unknown> = {
  spin: () => {
    writeSync(1, 'spinning\n');
    spin(60_000);
  },
  wait: async () => {
    spin(5);
    writeSync(1, 'waiting\n');
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  },
  stoppable: () => {
    writeSync(1, 'looking\n');
    for (let step = run.step; !run.stopRequested; step++) run.log(step, { loss: 1 / (step + 1) });
    run.finish({ status: 'stopped', reason: 'asked to' });
  },
  finish: () => {
    spin(20);
    run.finish({ reason: 'enough' });
  },
  nothing: () => spin(20),
  throw: () => {
    spin(20);
    throw new RangeError('the discriminator won');
  },
  reject: () => {
    spin(20);
    void Promise.reject(new TypeError('rejected'));
  },
  exit: () => {
    spin(20);
    process.exit(3);
  },
};
await endings[ending!]!();
