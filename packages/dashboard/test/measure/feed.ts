// Figures of docs/dashboard.md: npx tsx --conditions=@kindling/source test/measure/feed.ts
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { RunFeed } from '../../src/host.ts';
import { formatHostMessage, type HostMessage, PROTOCOL_VERSION } from '../../src/protocol.ts';
import { epoch, newRuns, started, step, writeRun } from '../host/run-files.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** Time that this process has computed since a moment: on a busy machine it says more than the clock. */
const computed = (since?: NodeJS.CpuUsage): string => {
  const { user, system } = process.cpuUsage(since);
  return `${((user + system) / 1e6).toFixed(1)} s of one core`;
};

/** Serves a page until it has seen what it waits for, and tells how long that took. */
async function until(feed: RunFeed, follow: readonly string[], isSeen: (message: HostMessage) => boolean) {
  const began = performance.now();
  let bytes = 0;
  let resolve: (took: number) => void = () => {};
  const promise = new Promise<number>((done) => {
    resolve = done;
  });
  const session = feed.connect((message) => {
    bytes += formatHostMessage(message).length;
    if (isSeen(message)) resolve(performance.now() - began);
    return true;
  });
  session.receive({ type: 'ready', version: PROTOCOL_VERSION });
  session.receive({ type: 'follow', runs: follow });
  const took = await promise;
  return { took, bytes, session };
}

/** The longest time for which the event loop was held up while `work` went on, in milliseconds. */
async function longestHold<T>(
  work: () => Promise<T>,
): Promise<{ readonly held: number; readonly result: T }> {
  let [last, held] = [performance.now(), 0];
  const timer = setInterval(() => {
    held = Math.max(held, performance.now() - last - 1);
    last = performance.now();
  }, 1);
  const result = await work();
  clearInterval(timer);
  return { held, result };
}

async function manyRuns(count: number): Promise<void> {
  const runs = newRuns();
  for (let i = 0; i < count; i++) {
    const events = [started(`run-${i}`), ...Array.from({ length: 100 }, (_, at) => step(at)), epoch(0)];
    writeRun(runs, i % 2 === 0 ? `run-${i}` : `sweep-${i % 50}/run-${i}`, { events });
  }
  await sleep(3000);
  using feed = new RunFeed({ folder: runs });
  const start = process.cpuUsage();
  const { held, result } = await longestHold(() => until(feed, [], ({ type }) => type === 'snapshot'));
  say(
    `${count} runs: snapshot after ${seconds(result.took)} (${computed(start)}), ${(result.bytes / 1e6).toFixed(1)} MB; the event loop was held for ${held.toFixed(0)} ms at most`,
  );
  /** Runs of which the ranges were told, in the snapshot or after it. */
  const ranged = new Set<string>();
  const began = performance.now();
  let isAll: () => void = () => {};
  const all = new Promise<void>((done) => {
    isAll = done;
  });
  const other = feed.connect((message) => {
    const told = message.type === 'snapshot' ? message.runs : message.type === 'runs' ? message.changed : [];
    for (const { id, metrics } of told) {
      if (Object.values(metrics).some(({ min }) => min !== undefined)) ranged.add(id);
    }
    if (ranged.size >= count) isAll();
    return true;
  });
  other.receive({ type: 'ready', version: PROTOCOL_VERSION });
  await all;
  say(`  ranges of all metrics after ${seconds(performance.now() - began)} more (${computed(start)} in all)`);
  await sleep(15_000);
  const cpu = process.cpuUsage();
  await sleep(10_000);
  const { user, system } = process.cpuUsage(cpu);
  say(
    `  at rest: ${((user + system) / 1e5).toFixed(1)} % of a core; ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`,
  );
  result.session.close();
  other.close();
  rmSync(runs, { recursive: true });
}

async function longRun(steps: number): Promise<void> {
  const runs = newRuns();
  writeRun(runs, 'long', {
    events: [started('long'), ...Array.from({ length: steps }, (_, at) => step(at))],
  });
  using feed = new RunFeed({ folder: runs });
  const start = process.cpuUsage();
  let seen = 0;
  const { held, result } = await longestHold(() =>
    until(feed, ['long'], (message) => {
      if (message.type === 'progress') seen += message.steps?.length ?? 0;
      return seen >= steps;
    }),
  );
  say(
    `a run of ${steps} steps: shown whole after ${seconds(result.took)} (${computed(start)}), ${(result.bytes / 1e6).toFixed(1)} MB as text; the event loop was held for ${held.toFixed(0)} ms at most`,
  );
  result.session.close();
  rmSync(runs, { recursive: true });
}

async function manyFollowed(count: number, steps: number): Promise<void> {
  const runs = newRuns();
  const ids = Array.from({ length: count }, (_, i) => `run-${i}`);
  for (const id of ids) {
    writeRun(runs, id, { events: [started(id), ...Array.from({ length: steps }, (_, at) => step(at))] });
  }
  using feed = new RunFeed({ folder: runs });
  const start = process.cpuUsage();
  let seen = 0;
  const { took, session } = await until(feed, ids, (message) => {
    if (message.type === 'progress') seen += message.steps?.length ?? 0;
    return seen >= count * steps;
  });
  say(`${count} followed runs of ${steps} steps: shown after ${seconds(took)} (${computed(start)})`);
  session.close();
  rmSync(runs, { recursive: true });
}

await manyRuns(10_000);
await longRun(1_000_000);
await manyFollowed(50, 20_000);
