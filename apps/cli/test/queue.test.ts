import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { jsonLines, kindlingProcess, newFolder, type Running, start } from './process/kindling.ts';

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
if (!hasRedis) console.log('Skipped sweeps over a queue: no redis-server (Debian: redis-server)');

/** A port that is free. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A server of Redis that keeps what it has on the disk, for when it is started again. */
async function startRedis(folder: string, port: number) {
  const words = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--appendonly',
    'yes',
    '--appendfsync',
    'always',
  ];
  const child = spawn('redis-server', words, { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('redis-server ended')));
    child.stdout.on('data', (text: Buffer) => {
      if (/Ready to accept connections/.test(String(text))) resolve();
    });
  });
  return {
    async stop() {
      child.removeAllListeners('exit');
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

const sweep = ['sweep', 'xor', '--set', 'seed=1..40', '--set', 'epochs=400'];

describe.skipIf(!hasRedis)('sweep --queue', () => {
  test('comes to what it comes to on one machine, though workers die and the server is restarted', async () => {
    const [folder, store, alone] = [await newFolder(), await newFolder(), await newFolder()];
    const port = await freePort();
    const url = `redis://127.0.0.1:${port}`;
    let redis = await startRedis(store, port);
    const worker = (): Running => start(['worker', url, '--folder', join(store, 'work')], { cwd: store });
    const workers = [worker(), worker(), worker()];
    const coordinator = start([...sweep, '--queue', url, '--json'], { cwd: folder });
    const runs = async (count: number): Promise<void> => {
      for (;;) {
        const done = Array.from({ length: 40 }, (_, i) => `trial-${String(i + 1).padStart(2, '0')}`).filter(
          (run) => existsSync(join(folder, 'sweeps', 'xor', run, 'experiment.json')),
        );
        if (done.length >= count || coordinator.child.exitCode !== null) return;
        await sleep(50);
      }
    };
    await runs(4);
    workers[0]!.child.kill('SIGKILL');
    await runs(8);
    await redis.stop();
    redis = await startRedis(store, port);
    await runs(12);
    workers[1]!.child.kill('SIGKILL');
    const { code, stdout, stderr } = await coordinator.ended;
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    const lines = jsonLines(stdout);
    const trials = lines.filter(({ type }) => type === 'trial');
    expect(new Set(trials.map(({ run }) => run)).size).toBe(40);
    expect(trials).toHaveLength(40);

    workers[2]!.child.kill('SIGTERM');
    await Promise.all(workers.map(({ ended }) => ended));
    await redis.stop();
    const here = await kindlingProcess([...sweep, '--json'], { cwd: alone });
    const bestOf = (output: Record<string, unknown>[]) => {
      const best = output.find(({ type }) => type === 'sweep-finished')?.best as Record<string, unknown>;
      return { run: best.run, value: best.value, settings: best.settings };
    };
    expect(bestOf(lines)).toEqual(bestOf(jsonLines(here.stdout)));
    const weights = (root: string, run: unknown) =>
      readFile(join(root, 'sweeps', 'xor', String(run), 'checkpoints', 'last.safetensors'));
    const { run } = bestOf(lines);
    expect((await weights(folder, run)).equals(await weights(alone, run))).toBe(true);
  });

  test.each([
    [['sweep', 'xor', '--set', 'seed=1..2', '--queue', 'localhost'], 'queue: expected redis://host:6379'],
    [['worker', 'http://localhost'], 'queue: expected redis://host:6379'],
    [
      ['worker', 'redis://user:secret@127.0.0.1:1'],
      'expected a Redis server at redis://127.0.0.1:1, got ECONNREFUSED',
    ],
    [
      ['sweep', 'xor', '--set', 'seed=1..2', '--prune', '--queue', 'redis://x'],
      '--queue: expected a sweep without --prune',
    ],
  ])('%j is refused', async (words, message) => {
    const { code, stderr } = await kindlingProcess(words, { cwd: await newFolder() });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
    expect(stderr).not.toContain('secret');
  });
});
