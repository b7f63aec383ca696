import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Interruption, interruption } from '../src/interruption.ts';
import { events, ofType } from './process/events.ts';
import { kindling } from './process/in-process.ts';
import { newFolder, type Running, start } from './process/kindling.ts';

const long = [
  'train',
  'digits',
  '--set',
  'data.train=640',
  '--set',
  'data.test=64',
  '--seed',
  '5',
  '--epochs',
  '150',
];

/** Waits until a training has taken that many steps, as its events tell. */
async function untilStep({ child, ended }: Running, step: number): Promise<void> {
  let text = '';
  const reached = new Promise<void>((resolve) => {
    child.stdout.on('data', (part: string) => {
      text += part;
      if (text.includes(`"type":"step","step":${step},`)) resolve();
    });
  });
  await Promise.race([reached, ended.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
}

const weights = (cwd: string): Promise<Buffer> =>
  readFile(join(cwd, 'runs', 'digits', 'checkpoints', 'last.safetensors'));

describe('a signal', () => {
  test('ends training after a checkpoint; --resume ends with the weights of a training that was never stopped', async () => {
    const whole = await newFolder();
    const uninterrupted = await kindling([...long, '--json'], { cwd: whole });
    expect(uninterrupted.code).toBe(0);

    const cwd = await newFolder();
    for (const [signal, step, code] of [
      ['SIGINT', 10, 130],
      ['SIGTERM', 600, 143],
    ] as const) {
      const args = step === 10 ? long : ['train', 'digits', '--resume'];
      const running = start([...args, '--json'], { cwd });
      await untilStep(running, step);
      running.child.kill(signal);
      const ended = await running.ended;
      expect(ended.code).toBe(code);
      expect(events(ended.stdout).at(-1)).toMatchObject({ type: 'run-finished', status: 'stopped' });
      expect(ended.stderr).toContain('saving a checkpoint; press Ctrl-C again to quit at once\n');
      expect(ended.stderr).toMatch(/stopped after \d+ steps; to resume: kindling train digits --resume\n$/);
    }
    const resumed = await kindling(['train', 'digits', '--resume', '--json'], { cwd });
    expect(resumed.code).toBe(0);
    expect(events(resumed.stdout).at(-1)).toMatchObject({ status: 'completed', epoch: 150, step: 1500 });
    expect(await weights(cwd)).toEqual(await weights(whole));

    const log = await readFile(join(cwd, 'runs', 'digits', 'events.jsonl'), 'utf8');
    const curve = (text: string): unknown =>
      ofType(events(text), 'step').map(({ step, loss }) => [step, loss]);
    expect(curve(log)).toEqual(curve(uninterrupted.stdout));
  });

  test('without --json says so too, and leaves what can be shown', async () => {
    const cwd = await newFolder();
    const running = start(['train', 'digits', '--epochs', '100000'], { cwd });
    await expect
      .poll(() => existsSync(join(cwd, 'runs', 'digits', 'events.jsonl')), { timeout: 120_000 })
      .toBe(true);
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    const { stdout } = await kindling(['runs', 'list'], { cwd });
    expect(stdout).toMatch(/^digits +stopped +[\d,]+ of 100,000/m);
  });
});

test('a signal during a download ends the command, and leaves no run behind', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const cwd = await newFolder();
  try {
    const env = { KINDLING_DATA_DIR: join(cwd, 'data'), KINDLING_MIRROR: `http://127.0.0.1:${port}/` };
    const { child, ended } = start(['train', 'mnist'], { cwd, env });
    child.stderr.once('data', () => child.kill('SIGINT'));
    const { code, stdout, stderr } = await ended;
    expect([code, stdout]).toEqual([130, '']);
    expect(stderr).not.toContain('kindling:');
    expect(existsSync(join(cwd, 'runs'))).toBe(false);
  } finally {
    silent.closeAllConnections();
    silent.close();
  }
});

describe('an interruption', () => {
  let current: Interruption | undefined;
  afterEach(() => {
    current?.[Symbol.dispose]();
    vi.restoreAllMocks();
  });

  test('aborts once; the second signal ends the process at once', () => {
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => {
      throw new Error('exit');
    });
    const onStop = vi.fn();
    current = interruption(onStop);
    expect([current.signal.aborted, current.exitCode]).toEqual([false, undefined]);
    process.emit('SIGINT');
    expect([current.signal.aborted, current.exitCode, onStop.mock.calls.length]).toEqual([true, 130, 1]);
    expect(exit).not.toHaveBeenCalled();
    expect(() => process.emit('SIGTERM')).toThrow('exit');
    expect(exit).toHaveBeenCalledWith(143);
    expect(onStop.mock.calls.length).toBe(1);
  });

  test('listens no longer once it is disposed', () => {
    const before = process.listenerCount('SIGINT');
    {
      using _ = interruption(() => {});
      expect(process.listenerCount('SIGINT')).toBe(before + 1);
    }
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});

describe.skipIf(process.platform === 'win32')('a reader that leaves (| head -1)', () => {
  const headed = async (
    command: string,
  ): Promise<{ readonly code: number | null; readonly stderr: string }> => {
    const { spawn } = await import('node:child_process');
    const { bin, environment } = await import('./process/kindling.ts');
    const script = `set -o pipefail; "$0" "$1" ${command} | head -1 >/dev/null; exit "\${PIPESTATUS[0]}"`;
    const child = spawn('bash', ['-c', script, process.execPath, bin], {
      cwd: await newFolder(),
      env: environment(),
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, stderr })));
  };

  test('ends a command without a word', async () => {
    expect(await headed('data info digits')).toEqual({ code: 0, stderr: '' });
  });

  test('ends a training in good order', async () => {
    const { code, stderr } = await headed('train xor --json');
    expect(code).toBe(0);
    expect(stderr).toBe('xor: 9 parameters on cpu, 4 samples, 10,001 steps\n');
  });
});
