import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { type Ended, kindlingProcess, newFolder, start } from '../process/kindling.ts';

/** Does in a process what KINDLING_FAULT says. */
const hook = pathToFileURL(
  join(import.meta.dirname, '..', '..', '..', '..', 'scripts', 'reliability', 'fault-hook.mjs'),
).href;

const codeFolder = (cache: string): string => join(cache, 'kindling', 'code');

/** The files that are kept below a cache folder. */
function kept(cache: string): readonly string[] {
  try {
    return readdirSync(codeFolder(cache)).map((name) => join(codeFolder(cache), name));
  } catch {
    return [];
  }
}

const newCache = async () => {
  const cache = await newFolder();
  const env = { XDG_CACHE_HOME: cache };
  const run = (args: readonly string[], further: Readonly<Record<string, string>> = {}) =>
    kindlingProcess(args, { env: { ...env, ...further } });
  /** Runs `--version` with a fault of fault-hook.mjs at an operation in the folder of the kept code. */
  const faulty = (fault: { readonly at: number; readonly kind: string }): Promise<Ended> => {
    const root = codeFolder(cache);
    const KINDLING_FAULT = JSON.stringify({ root, count: join(cache, 'count'), lasting: true, ...fault });
    return run(['--version'], { NODE_OPTIONS: `--import=${hook}`, KINDLING_FAULT });
  };
  return { cache, env, run, faulty };
};

const onLinux = test.skipIf(process.platform !== 'linux');

onLinux('a command keeps its code, the next takes it, and damage is mended', async () => {
  const { cache, run } = await newCache();
  const first = await run(['devices', '--json']);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  const [devices, ...others] = kept(cache);
  expect(devices).toMatch(/\/[\da-f]+-devices-[\da-f]+$/);
  expect(others).toEqual([]);
  const whole = readFileSync(devices!);

  expect(await run(['devices', '--json'])).toEqual(first);
  expect(readFileSync(devices!)).toEqual(whole);

  for (const damaged of [whole.subarray(0, whole.length / 2), Buffer.alloc(whole.length, 'x')]) {
    writeFileSync(devices!, damaged);
    expect(await run(['devices', '--json'])).toEqual(first);
    expect(readFileSync(devices!).length).toBeGreaterThan(whole.length / 2);
  }
});

onLinux('processes whose V8 has other flags keep code of their own', async () => {
  const { cache, run } = await newCache();
  const flags = ['', '--max-old-space-size=1000', '--max-old-space-size=2000'];
  const runAll = async () => {
    for (const NODE_OPTIONS of flags)
      expect(await run(['--version'], { NODE_OPTIONS })).toMatchObject({ code: 0, stderr: '' });
    return kept(cache).map((file) => ({ file, written: statSync(file, { bigint: true }).mtimeNs }));
  };
  const files = await runAll();
  expect(files).toHaveLength(flags.length);
  expect(await runAll()).toEqual(files);
});

onLinux('processes that start together, some of which are killed, keep what the next can use', async () => {
  const { cache, env, run } = await newCache();
  const version = await run(['--version'], { NODE_DISABLE_COMPILE_CACHE: '1' });
  expect(kept(cache)).toEqual([]);
  for (let round = 0; round < 4; round++) {
    const processes = Array.from({ length: 4 }, () => start(['--version'], { env }));
    setTimeout(() => processes[0]!.child.kill('SIGKILL'), 40 + 20 * round);
    const [, ...others] = await Promise.all(processes.map(({ ended }) => ended));
    expect(others).toEqual([version, version, version]);
  }
  expect(await run(['--version'])).toEqual(version);
  expect(kept(cache).filter((file) => !file.endsWith('.tmp'))).toHaveLength(1);
});

onLinux('no fault at an operation on kept code changes what a command does', async () => {
  const { cache, run, faulty } = await newCache();
  const version = await run(['--version']);
  const whole = readFileSync(kept(cache)[0]!);
  const spoil = () => writeFileSync(kept(cache)[0]!, whole.subarray(1));
  const expectMended = async () => {
    expect(await run(['--version'])).toEqual(version);
    expect(readFileSync(kept(cache)[0]!).length).toBeGreaterThan(whole.length / 2);
  };
  let at = 0;
  for (let isOver = false; !isOver; at++) {
    spoil();
    const killed = await faulty({ at, kind: 'kill' });
    isOver = killed.code !== null;
    if (isOver) expect(killed).toEqual(version);
    await expectMended();
    spoil();
    expect(await faulty({ at, kind: 'EIO' })).toEqual(version);
    await expectMended();
  }
  // To open, read and close the old file, to write the new one and put it into its place.
  expect(at).toBeGreaterThan(6);
});

test.skipIf(process.platform !== 'linux' || process.getuid?.() === 0)(
  'a folder that takes no files is left alone',
  async () => {
    const { cache, run } = await newCache();
    mkdirSync(codeFolder(cache), { recursive: true });
    chmodSync(dirname(codeFolder(cache)), 0o500);
    chmodSync(codeFolder(cache), 0o500);
    expect(await run(['--version'])).toMatchObject({ code: 0, stderr: '' });
    expect(kept(cache)).toEqual([]);
  },
);

test('nothing is kept of a command line that is wrong, and where it is turned off', async () => {
  const { cache, run } = await newCache();
  expect(await run(['trian'])).toMatchObject({ code: 2 });
  expect(await run(['--version'], { NODE_DISABLE_COMPILE_CACHE: '1' })).toMatchObject({ code: 0 });
  expect(kept(cache)).toEqual([]);
});
