// Loaded by `node --import` into a process under test. Counts the file operations below a folder, and at one of them does what
// KINDLING_FAULT says:
//
//   { root, at, kind: 'kill' }     kills the process before operation number `at`
//   { root, at, kind: 'torn' }     writes half of what it should, and kills the process
//   { root, at, kind: 'EIO' }      fails with that error, as ENOSPC does; with `lasting`, so does every later one that it can befall
//   { root, at, kind: 'short' }    writes half of what it should, and says so
//
// Without `at`, only counts; how many operations there were, and the names of all, go into the file `count`.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { resolve, sep } from 'node:path';
import { env as environment } from 'node:process';

const { root, at, kind, lasting = false, count } = JSON.parse(environment.KINDLING_FAULT);
const original = { ...fs };
const inside = resolve(root) + sep;
const files = new Set();
const names = [];

const errno = { EIO: 5, ENOSPC: 28 };
const text = { EIO: 'i/o error', ENOSPC: 'no space left on device' };

/** What a full disk can befall. */
const taking = new Set(['open', 'write', 'fsync', 'mkdir', 'link', 'rename', 'writeFile', 'ftruncate']);

const isInside = (path) => typeof path === 'string' && (resolve(path) + sep).startsWith(inside);

function failure(syscall, path) {
  const place = typeof path === 'string' ? ` '${path}'` : '';
  const error = new Error(`${kind}: ${text[kind]}, ${syscall}${place}`);
  return Object.assign(error, { errno: -errno[kind], code: kind, syscall, ...(place ? { path } : {}) });
}

const die = () => {
  process.kill(process.pid, 'SIGKILL');
  // The signal may take a moment; nothing else may happen meanwhile.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
};

function wrap(name, syscall) {
  fs[`${name}Sync`] = (...args) => {
    const run = () => original[`${name}Sync`](...args);
    const [target] = args;
    const isOurs =
      typeof target === 'number'
        ? files.has(target)
        : isInside(target) || (name === 'link' && isInside(args[1]));
    if (!isOurs) return run();
    const number = names.push(name) - 1;
    const isHere = number === at || (lasting && number > at && taking.has(syscall));
    if (isHere) {
      if (kind === 'kill') die();
      if (name === 'write' && (kind === 'torn' || kind === 'short')) {
        const [file, bytes, start = 0, length = bytes.length - start] = args;
        const written = original.writeSync(file, bytes, start, Math.max(1, length >> 1));
        if (kind === 'torn') die();
        return written;
      }
      if (kind in errno) {
        if (name === 'close') run();
        throw failure(syscall, typeof target === 'number' ? undefined : target);
      }
    }
    const result = run();
    if (name === 'open') files.add(result);
    if (name === 'close') files.delete(target);
    return result;
  };
}

// utimes is left out: it is the heartbeat of the lock, which comes when it comes.
for (const [name, syscall = name] of [
  ['open'],
  ['close'],
  ['read'],
  ['write'],
  ['fsync'],
  ['ftruncate'],
  ['fstat'],
  ['lstat'],
  ['rename'],
  ['link'],
  ['mkdir'],
  ['rm', 'unlink'],
  ['readdir', 'scandir'],
  ['readFile', 'open'],
  ['writeFile', 'open'],
]) {
  wrap(name, syscall);
}
syncBuiltinESMExports();

process.on('exit', () => original.writeFileSync(count, JSON.stringify(names)));
