// How long the page takes: `npx tsx --conditions=@kindling/source test/measure.ts`. Times of a busy machine say little.
import { performance } from 'node:perf_hooks';
import { launch, open } from './browser.ts';
import { generatedRun, type RunOptions, stepBlock } from './generated-runs.ts';
import { TestHost } from './host.ts';
import { taskTimes } from './measure/frame-times.ts';

const updates = 40;

async function measure(
  name: string,
  all: readonly RunOptions[],
  following: readonly RunOptions[],
): Promise<void> {
  const runs = all.map(generatedRun);
  const host = await TestHost.start(
    runs,
    all.map(({ id }) => id),
  );
  const start = performance.now();
  const { page, problems } = await open(browser, host.url);
  await page.waitForFunction(
    () => document.querySelector('.panel p.visually-hidden')?.textContent?.includes(': last '),
    undefined,
    { timeout: 120_000, polling: 20 },
  );
  const first = performance.now() - start;
  await page.waitForFunction(
    (count) => {
      const text = document.querySelector('.panel p.visually-hidden')?.textContent ?? '';
      return text.includes(count);
    },
    all.length > 6 ? `${all.length * 2 - 6} more` : all[0]!.id,
    { timeout: 120_000 },
  );
  const opened = performance.now() - start;
  const session = await page.context().newCDPSession(page);
  // The time that the main thread was at work, whatever else the machine did.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const metrics = async () => {
    const { metrics: list } = await session.send('Performance.getMetrics');
    return new Map(list.map((one) => [one.name, one.value]));
  };
  const before = await metrics();
  const tasks = await taskTimes(session, async () => {
    for (let update = 0; update < updates; update++) {
      for (const options of following) {
        host.send({
          type: 'progress',
          run: options.id,
          steps: stepBlock(options, options.steps + 100 * update, 100),
        });
      }
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
      await page.waitForTimeout(60);
    }
  });
  const after = await metrics();
  await session.send('HeapProfiler.collectGarbage');
  const heap = await session.send('Runtime.getHeapUsage');
  const megabytes = (heap.usedSize + heap.backingStorageSize) / 2 ** 20;
  const perUpdate = (key: string) => ((1000 * (after.get(key)! - before.get(key)!)) / updates).toFixed(1);
  const longest = tasks.slice(0, 3).map((ms) => ms.toFixed(1));
  const lines = [
    `${name}: first curve ${(first / 1000).toFixed(2)} s, all curves ${(opened / 1000).toFixed(2)} s, heap ${megabytes.toFixed(0)} MiB`,
    `  an update: main thread ${perUpdate('TaskDuration')} ms, of which script ${perUpdate('ScriptDuration')} ms; the longest frames ${longest.join(', ')} ms`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (problems.length > 0) process.stderr.write(`${problems.join('\n')}\n`);
  await page.context().close();
  await host.close();
}

const million: RunOptions = {
  id: 'million',
  seed: 1,
  steps: 1_000_000,
  stepsPerEpoch: 10_000,
  lr: 0.0001,
  state: 'running',
};
const fifty = Array.from(
  { length: 50 },
  (_, i): RunOptions => ({
    id: `run-${i}`,
    seed: i,
    steps: 4000,
    stepsPerEpoch: 200,
    lr: 0.001 * (i + 1),
    state: i < 4 ? 'running' : 'completed',
  }),
);

const browser = await launch();
try {
  await measure('a run of 1,000,000 steps', [million], [million]);
  await measure('50 runs, 4 of them going on', fifty, fifty.slice(0, 4));
  await measure(
    'one run of 2,000 steps',
    [{ ...million, id: 'short', steps: 2000, lr: 0.02, stepsPerEpoch: 200 }],
    [{ ...million, id: 'short', steps: 2000, lr: 0.02, stepsPerEpoch: 200 }],
  );
} finally {
  await browser.close();
}
