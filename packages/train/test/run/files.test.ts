import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RunEvent } from '../../src/events/event.ts';
import { makeFolder, removeTemporaries, writeFileAtomic } from '../../src/run/atomic-file.ts';
import { EventLog } from '../../src/run/event-log.ts';
import { readRegularFile } from '../../src/run/regular-file.ts';

/** What the file system was asked, in its order: `open name`, `fsync name`. */
const calls = vi.hoisted(() => ({
  made: [] as string[],
  fail: undefined as ((call: string) => unknown) | undefined,
}));

vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  const names = new Map<number, string>();
  const last = (path: unknown): string =>
    String(path)
      .split('/')
      .at(-1)!
      .replace(/[0-9a-f-]{36}/, 'UUID');
  const note = (call: string): void => {
    calls.made.push(call);
    const error = calls.fail?.(call);
    if (error !== undefined) throw error;
  };
  return {
    ...real,
    openSync: (...args: Parameters<typeof real.openSync>) => {
      note(`open ${last(args[0])} ${args[1] === 'wx' || args[1] === 'r' ? args[1] : ''}`.trim());
      const file = real.openSync(...args);
      names.set(file, last(args[0]));
      return file;
    },
    writeSync: (file: number, bytes: Uint8Array, offset: number, length: number) => {
      note(`write ${names.get(file)}`);
      // Fewer than asked for, as the system may.
      return real.writeSync(file, bytes, offset, Math.ceil(length / 2));
    },
    fsyncSync: (file: number) => {
      note(`fsync ${names.get(file)}`);
      real.fsyncSync(file);
    },
    closeSync: (file: number) => {
      note(`close ${names.get(file)}`);
      real.closeSync(file);
    },
    renameSync: (...args: Parameters<typeof real.renameSync>) => {
      note(`rename ${last(args[0])} ${last(args[1])}`);
      real.renameSync(...args);
    },
  };
});

const root = fs.mkdtempSync(join(tmpdir(), 'kindling-files-'));
afterAll(() => fs.rmSync(root, { recursive: true }));
let folder = '';
beforeEach(() => {
  folder = join(fs.mkdtempSync(join(root, 'files-')), 'run');
  fs.mkdirSync(folder);
  calls.made = [];
  calls.fail = undefined;
});

const system = (code: string, text: string) => (syscall: string) =>
  Object.assign(new Error(`${code}: ${text}, ${syscall}`), { code, syscall, errno: -1 });
const full = system('ENOSPC', 'no space left on device');

/** Calls but for repeated ones. */
const order = (): string[] => calls.made.filter((call, i, all) => call !== all[i - 1]);

describe('a file that is replaced', () => {
  test('is on the disk before it has its name, and the name is on the disk before the call returns', () => {
    writeFileAtomic(join(folder, 'summary.json'), 'some text');
    expect(order()).toEqual([
      'open .summary.json.UUID.tmp wx',
      'write .summary.json.UUID.tmp',
      'fsync .summary.json.UUID.tmp',
      'close .summary.json.UUID.tmp',
      'rename .summary.json.UUID.tmp summary.json',
      'open run r',
      'fsync run',
      'close run',
    ]);
    expect(fs.readFileSync(join(folder, 'summary.json'), 'utf8')).toBe('some text');
  });

  test.each(['open', 'write', 'fsync', 'close', 'rename'])('stays as it was when %s fails', (name) => {
    const path = join(folder, 'summary.json');
    fs.writeFileSync(path, 'before');
    calls.fail = (call) => (call.startsWith(`${name} .summary`) ? full(name) : undefined);
    expect(() => writeFileAtomic(path, 'after')).toThrow(
      expect.objectContaining({
        code: 'ENOSPC',
        path,
        message: `ENOSPC: no space left on device, ${name} '${path}'`,
      }),
    );
    calls.fail = undefined;
    expect(fs.readdirSync(folder)).toEqual(['summary.json']);
    expect(fs.readFileSync(path, 'utf8')).toBe('before');
  });

  test.skipIf(process.platform === 'win32')('is never written through a link', () => {
    const outside = join(folder, '..', 'outside');
    fs.writeFileSync(outside, 'theirs');
    fs.symlinkSync(outside, join(folder, 'summary.json'));
    writeFileAtomic(join(folder, 'summary.json'), 'ours');
    expect(fs.readFileSync(outside, 'utf8')).toBe('theirs');
    expect(fs.lstatSync(join(folder, 'summary.json')).isFile()).toBe(true);
    fs.symlinkSync(outside, join(folder, 'events.jsonl'));
    expect(() => new EventLog(join(folder, 'events.jsonl'))).toThrow(
      'expected a regular file, got a symbolic link',
    );
    fs.rmSync(outside);
    expect(() => new EventLog(join(folder, 'events.jsonl'))).toThrow(
      'expected a regular file, got a symbolic link',
    );
    expect(fs.existsSync(outside)).toBe(false);
  });

  test('takes a file system that cannot bring a folder to the disk', () => {
    calls.fail = (call) => (call === 'fsync run' ? system('EINVAL', 'invalid argument')('fsync') : undefined);
    writeFileAtomic(join(folder, 'summary.json'), 'text');
    calls.fail = (call) => (call === 'fsync run' ? system('EIO', 'i/o error')('fsync') : undefined);
    expect(() => writeFileAtomic(join(folder, 'summary.json'), 'text')).toThrow('EIO');
  });
});

test('new folders have their names on the disk', () => {
  makeFolder(join(folder, 'a', 'b'));
  expect(calls.made.filter((call) => call.startsWith('fsync'))).toEqual(['fsync run', 'fsync a']);
  calls.made = [];
  makeFolder(join(folder, 'a', 'b'));
  expect(calls.made).toEqual([]);
});

test('what killed processes left is removed, and nothing else', () => {
  const left = '.summary.json.01234567-89ab-cdef-0123-456789abcdef.tmp';
  for (const name of [left, 'summary.json.tmp', '.notes.tmp', 'x']) fs.writeFileSync(join(folder, name), '');
  fs.mkdirSync(join(folder, left.replace('summary', 'folder')));
  removeTemporaries(folder);
  expect(fs.readdirSync(folder).sort()).toEqual(
    ['.notes.tmp', left.replace('summary', 'folder'), 'summary.json.tmp', 'x'].sort(),
  );
});

describe('the log', () => {
  const step = (number: number): RunEvent => ({
    type: 'step',
    step: number,
    epoch: 0,
    loss: 1,
    lr: 1,
    time: 0,
  });

  test('is brought to the disk when it is asked to, and its name when it is made', () => {
    const log = new EventLog(join(folder, 'events.jsonl'));
    expect(order()).toEqual(['open events.jsonl', 'open run r', 'fsync run', 'close run']);
    log.append(step(0));
    calls.made = [];
    log.sync();
    log.close();
    expect(calls.made).toEqual(['fsync events.jsonl', 'close events.jsonl']);
  });

  test('has no half line after a full disk, and goes on where it was', () => {
    const path = join(folder, 'events.jsonl');
    const log = new EventLog(path);
    log.append(step(0));
    const { length } = log;
    let writes = 0;
    calls.fail = (call) => (call.startsWith('write') && ++writes === 2 ? full('write') : undefined);
    expect(() => log.append(step(1))).toThrow(`ENOSPC: no space left on device, write '${path}'`);
    expect(fs.statSync(path).size).toBe(length);
    calls.fail = undefined;
    log.append(step(2));
    log.close();
    const lines = fs.readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).step)).toEqual([0, 2]);
  });

  test('gets the event of the checkpoint that it goes on from, if it is not there', () => {
    const path = join(folder, 'events.jsonl');
    const write = (...numbers: number[]): number => {
      fs.rmSync(path, { force: true });
      const log = new EventLog(path);
      for (const number of numbers) log.append(step(number));
      log.close();
      return log.length;
    };
    const read = () =>
      fs
        .readFileSync(path, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).step);
    const length = write(0, 1);
    for (const there of [
      [0, 1],
      [0, 1, 2],
      [0, 1, 2, 3],
      [0, 1, 7, 8],
      [0, 1, 9],
    ]) {
      write(...there);
      new EventLog(path, length, step(2)).close();
      expect(read()).toEqual([0, 1, 2]);
    }
    write(0, 1, 2);
    const { ino } = fs.statSync(path);
    new EventLog(path, length, step(2)).close();
    expect(fs.statSync(path).ino).toBe(ino);
  });
});

test('a file that is larger than it may be is refused before it is read', () => {
  const path = join(folder, 'summary.json');
  fs.writeFileSync(path, 'x'.repeat(11));
  expect(() => readRegularFile(path, 10)).toThrow(`${path}: expected a file of at most 10 bytes, got 11`);
  expect(readRegularFile(path, 11)).toHaveLength(11);
  expect(() => readRegularFile(join(folder, 'none'), 1)).toThrow('ENOENT');
});
