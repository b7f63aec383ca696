import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileLock } from '@kindling/data/internal';
import { describe, expect, test } from 'vitest';
import { RunError, RunFolder } from '../../src/index.ts';
import { folderBytes, removableRun, removeRun } from '../../src/run/remove-run.ts';
import { claimRunFolder, createRunFolder, prepareRunFolder } from '../../src/run/run-folder.ts';
import { requestStop, StopWatch } from '../../src/run/stop-request.ts';
import { runsFolder } from './set-up.ts';

const runs = runsFolder();

/** A folder that has what makes it a run, and more. */
function made(name: string, document = 'experiment.json'): string {
  const path = join(runs(), name);
  mkdirSync(join(path, 'checkpoints'), { recursive: true });
  writeFileSync(join(path, document), '{}');
  writeFileSync(join(path, 'checkpoints', 'x'), '12345');
  return path;
}

describe('a run is removed', () => {
  test.each(['experiment.json', 'config.json'])('by its name or its path, with %s', async (document) => {
    const other = made('other');
    made('one', document);
    await removeRun(runs(), 'one');
    await removeRun(runs(), made('two', document));
    expect(readdirSync(runs())).toEqual(['other']);
    expect(existsSync(join(other, 'checkpoints', 'x'))).toBe(true);
  });

  test('with links in it, not with what they lead to', async () => {
    const kept = join(runs(), 'kept');
    mkdirSync(kept);
    writeFileSync(join(kept, 'file'), 'x');
    symlinkSync(kept, join(made('one'), 'link'));
    await removeRun(runs(), 'one');
    expect(readdirSync(runs())).toEqual(['kept']);
    expect(readdirSync(kept)).toEqual(['file']);
  });

  test('unless it is being trained', async () => {
    const path = made('one');
    const lock = await FileLock.acquire(join(path, 'lock'));
    await expect(removeRun(runs(), 'one')).rejects.toThrow('run one is being trained by process');
    expect(existsSync(join(path, 'experiment.json'))).toBe(true);
    lock.release();
    await removeRun(runs(), 'one');
    expect(existsSync(path)).toBe(false);
  });
});

describe('what is no run of the folder is refused, and stays', () => {
  const refusal = (reference: string): string => {
    try {
      removableRun(runs(), reference);
    } catch (error) {
      expect(error).toBeInstanceOf(RunError);
      return (error as Error).message;
    }
    return '';
  };

  test('nothing, with the name that may have been meant', () => {
    made('digits-2');
    expect(refusal('digits2')).toBe(`no run named "digits2" in ${runs()}/; did you mean "digits-2"?`);
    expect(refusal(join(runs(), 'digits2'))).not.toContain('did you mean');
    expect(() => removableRun(join(runs(), 'nowhere'), 'x')).toThrow('no run named "x" in ');
  });

  test('a file, a link, a folder of something else', () => {
    writeFileSync(join(runs(), 'file'), '');
    expect(refusal('file')).toBe(`${join(runs(), 'file')}: expected the folder of a run, got a file`);
    symlinkSync(made('one'), join(runs(), 'link'));
    expect(refusal('link')).toBe(
      `${join(runs(), 'link')}: expected the folder of a run, got a symbolic link`,
    );
    mkdirSync(join(runs(), 'plain'));
    expect(refusal('plain')).toContain('got one without experiment.json or config.json');
  });

  test('a run elsewhere, below or above', () => {
    const inner = join(made('one'), 'inner');
    mkdirSync(inner);
    writeFileSync(join(inner, 'experiment.json'), '{}');
    expect(refusal(inner)).toBe(`${inner}: expected a run directly in ${runs()}/, got a folder elsewhere`);
    expect(refusal(join(runs(), 'one', '..'))).not.toBe('');
    expect(removableRun(runs(), join(runs(), 'one')).name).toBe('one');
  });
});

test('the bytes of a folder are those of its files, however deep', () => {
  const path = made('one');
  expect(folderBytes(path)).toBe(7);
  symlinkSync(join(path, 'checkpoints', 'x'), join(path, 'link'));
  mkdirSync(join(path, 'empty'));
  expect(folderBytes(path)).toBe(7);
});

describe('a request to stop', () => {
  const folder = (): RunFolder => new RunFolder(made('one'));

  test('reaches the process that has the lock, and is taken away by it', async () => {
    const run = folder();
    expect(requestStop(run)).toBe(false);
    const lock = await FileLock.acquire(run.lock);
    const watch = new StopWatch(run);
    expect(requestStop(run)).toBe(true);
    await expect.poll(() => watch.signal.aborted, { timeout: 60_000 }).toBe(true);
    expect(String(watch.signal.reason)).toContain('runs stop');
    watch[Symbol.dispose]();
    expect(existsSync(run.stopRequest)).toBe(false);
    lock.release();
  });

  test('to an earlier training reaches no later one', async () => {
    const run = folder();
    const first = await FileLock.acquire(run.lock);
    requestStop(run);
    first.release();
    const second = await FileLock.acquire(run.lock);
    using watch = new StopWatch(run);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(watch.signal.aborted).toBe(false);
    second.release();
  });

  test('is not made where the lock is something else', () => {
    const run = folder();
    mkdirSync(run.lock);
    expect(requestStop(run)).toBe(false);
    expect(existsSync(run.stopRequest)).toBe(false);
  });
});

describe('the folder of a run', () => {
  test('has a number behind its name where that is taken', () => {
    expect([1, 2, 3].map(() => createRunFolder(join(runs(), 'new'), 'a').name)).toEqual(['a', 'a-2', 'a-3']);
  });

  test('is made nowhere in the place of a file', () => {
    const file = join(runs(), 'file');
    writeFileSync(file, '');
    expect(() => createRunFolder(file, 'a')).toThrow(new RunError(`${file}: expected a folder, got a file`));
    expect(() => claimRunFolder(join(file, 'a'))).toThrow(
      new RunError(`${join(file, 'a')}: expected a folder, got a path through a file`),
    );
  });

  test('is a run by its experiment, or its config without one', () => {
    const state = (name: string) => {
      const run = new RunFolder(join(runs(), name));
      return [run.exists(), run.hasConfig()];
    };
    made('e');
    made('c', 'config.json');
    made('both');
    made('both', 'config.json');
    expect(['e', 'c', 'both', 'none'].map(state)).toEqual([
      [true, false],
      [true, true],
      [true, false],
      [false, false],
    ]);
  });

  test.each([
    ['a symbolic link', (path: string) => symlinkSync(runs(), path)],
    ['a file', (path: string) => writeFileSync(path, '')],
  ])('is not written where its checkpoints are %s', (kind, put) => {
    const run = new RunFolder(join(runs(), 'bad'));
    mkdirSync(run.path);
    put(run.checkpoints);
    expect(() => prepareRunFolder(run)).toThrow(
      `${run.checkpoints}: expected the folder of a run's checkpoints, got ${kind}`,
    );
    expect(() => prepareRunFolder(run)).toThrow(RunError);
  });
});
