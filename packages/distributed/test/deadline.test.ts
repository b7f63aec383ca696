import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { initProcessGroup } from '@kindling/distributed';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { launchers, runProcesses } from './launchers.ts';

const COUNT = 4;

/** Whether a process is there. */
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test.concurrent.for(launchers)(
  'under $name a process that waits too long for others that loop, are stopped or went elsewhere ends all',
  async (launcher, { expect }) => {
    const folder = mkdtempSync(join(tmpdir(), 'kindling-'));
    const { code, stderr } = await runProcesses(launcher, COUNT, 'waiting.ts', [folder, `${COUNT}`, '2']);
    const pids = Array.from({ length: COUNT }, (_, rank) => Number(readFileSync(join(folder, `${rank}`))));
    rmSync(folder, { recursive: true });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        new RegExp(
          `^process 0 of ${COUNT} on ${hostname()}: MPI_Allreduce of 7 elements: expected the other processes within 2 s, waited since 20.+Z;`,
          'm',
        ),
      ),
    });
    await expect.poll(() => pids.filter(isAlive), { timeout: 60_000 }).toEqual([]);
  },
);

describe('the time to wait', () => {
  afterEach(() => vi.unstubAllEnvs());

  test.each([0, -1, Number.NaN, '60'])('is no %s', (timeout) => {
    expect(() => initProcessGroup({ timeout: timeout as never })).toThrow(
      'initProcessGroup: expected timeout to be a number above 0, got ',
    );
  });

  test('is the one of the environment', () => {
    vi.stubEnv('KINDLING_TIMEOUT', 'soon');
    expect(() => initProcessGroup()).toThrow(
      'KINDLING_TIMEOUT: expected a number of seconds above 0, got soon',
    );
  });
});
