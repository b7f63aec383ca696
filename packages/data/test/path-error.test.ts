import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withPath } from '../src/path-error.ts';

const caught = (work: () => unknown): unknown => {
  try {
    return withPath('/the/file', work);
  } catch (error) {
    return error;
  }
};

test('what succeeds gives its result', () => {
  expect(withPath('/the/file', () => 7)).toBe(7);
});

test('an error of a call that knows no path gets one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kindling-path-'));
  const file = openSync(join(folder, 'a'), 'wx');
  closeSync(file);
  try {
    expect(caught(() => writeSync(file, 'x'))).toMatchObject({
      code: 'EBADF',
      path: '/the/file',
      message: expect.stringMatching(/^EBADF: bad file descriptor, write '\/the\/file'$/),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the path of another file is replaced, also where the message names two', () => {
  expect(caught(() => readFileSync('/none/of it'))).toMatchObject({
    path: '/the/file',
    message: "ENOENT: no such file or directory, open '/the/file'",
  });
  const two = Object.assign(new Error("EXDEV: not permitted, rename '/a' -> '/b'"), {
    syscall: 'rename',
    path: '/a',
    dest: '/b',
  });
  expect(caught(() => thrown(two))).toMatchObject({
    path: '/the/file',
    dest: undefined,
    message: "EXDEV: not permitted, rename '/the/file'",
  });
});

test('an error of the same file, and what is no error of the system, stay as they are', () => {
  const same = Object.assign(new Error("EACCES: no, open '/the/file'"), {
    syscall: 'open',
    path: '/the/file',
  });
  expect(caught(() => thrown(same))).toBe(same);
  expect(same.message).toBe("EACCES: no, open '/the/file'");
  const plain = new RangeError("no 'such' thing");
  expect(caught(() => thrown(plain))).toBe(plain);
  expect([plain.message, 'path' in plain]).toEqual(["no 'such' thing", false]);
  expect(caught(() => thrown('text'))).toBe('text');
});

function thrown(what: unknown): never {
  throw what;
}
