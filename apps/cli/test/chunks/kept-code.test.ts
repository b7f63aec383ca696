import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kindlingProcess, newFolder } from '../process/kindling.ts';

/** The code that is kept below a cache folder, by command. */
function kept(cache: string): Readonly<Record<string, string>> {
  try {
    const folder = join(cache, 'kindling', 'code');
    return Object.fromEntries(
      readdirSync(folder).map((name) => [name.replace(/^[\da-f]+-/, ''), join(folder, name)]),
    );
  } catch {
    return {};
  }
}

const newCache = async () => {
  const cache = await newFolder();
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    kindlingProcess(args, { env: { XDG_CACHE_HOME: cache, ...env } });
  return { cache, run };
};

test.skipIf(process.platform !== 'linux')(
  'a command keeps its code, the next takes it, and damage is mended',
  async () => {
    const { cache, run } = await newCache();
    const first = await run(['devices', '--json']);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const { devices, ...others } = kept(cache);
    expect(others).toEqual({});
    const whole = readFileSync(devices!);

    expect(await run(['devices', '--json'])).toEqual(first);
    expect(readFileSync(devices!)).toEqual(whole);

    for (const damaged of [whole.subarray(0, whole.length / 2), Buffer.alloc(whole.length, 'x')]) {
      writeFileSync(devices!, damaged);
      expect(await run(['devices', '--json'])).toEqual(first);
      expect(readFileSync(devices!).length).toBeGreaterThan(whole.length / 2);
    }
  },
);

test('nothing is kept of a command line that is wrong, and where it is turned off', async () => {
  const { cache, run } = await newCache();
  expect(await run(['trian'])).toMatchObject({ code: 2 });
  expect(await run(['--version'], { NODE_DISABLE_COMPILE_CACHE: '1' })).toMatchObject({ code: 0 });
  expect(kept(cache)).toEqual({});
});
