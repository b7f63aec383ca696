import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRun, readRunColumns } from '@kindling/train';
import { expect, test } from 'vitest';
import { kindling } from './process/in-process.ts';
import { environment, newFolder } from './process/kindling.ts';

const program = fileURLToPath(new URL('process/gan.ts', import.meta.url));

function start(folder: string, steps: number) {
  const node = ['--conditions=@kindling/source', `--import=${import.meta.resolve('tsx')}`];
  const child = spawn(process.execPath, [...node, program, folder, String(steps)], {
    env: environment(),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return { child, ended: once(child, 'exit') };
}

const csvOf = async (cwd: string): Promise<string> => {
  const { code, stdout, stderr } = await kindling(['runs', 'export', 'gan', '--format', 'csv'], { cwd });
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
};

test('a loop of two losses that is killed and resumed leaves the log of one that was not', async () => {
  const folder = await newFolder();
  const path = join(folder, 'runs', 'gan');
  const { child, ended } = start(folder, Number.POSITIVE_INFINITY);
  const steps = (): number =>
    existsSync(join(path, 'events.jsonl')) ? readRunColumns(path).columns.steps.length : 0;
  await expect.poll(steps, { timeout: 100_000, interval: 20 }).toBeGreaterThan(120);
  child.kill('SIGKILL');
  expect(await ended).toEqual([null, 'SIGKILL']);

  const killed = readRunColumns(path);
  expect(killed).toMatchObject({ state: 'interrupted', skipped: 0 });
  const { metrics, step } = killed.columns.steps;
  expect([...metrics.keys()]).toEqual(['loss/generator', 'loss/discriminator']);
  for (const values of metrics.values()) expect(values.every(Number.isFinite)).toBe(true);

  const all = step.length + 70;
  expect(await start(folder, all).ended).toEqual([0, null]);
  const { state, columns, events } = readRun(path);
  expect({ state, steps: columns.steps.length }).toEqual({ state: 'completed', steps: all });
  expect([...columns.steps.step]).toEqual(Array.from({ length: all }, (_, i) => i));
  expect(events.filter(({ type }) => type === 'run-started')).toHaveLength(2);
  // It went on from its checkpoint, which is not newer than its log.
  expect(events.filter(({ type }) => type === 'step').length).toBeGreaterThanOrEqual(all);

  const other = await newFolder();
  expect(await start(other, all).ended).toEqual([0, null]);
  const csv = await csvOf(folder);
  expect(csv).toMatch(/^step,epoch,loss,lr,loss\/generator,loss\/discriminator\n0,0,,,0\.\d+,1\.\d+\n/);
  expect(csv).toBe(await csvOf(other));
});
