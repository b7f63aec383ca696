// Runs the command line as a process of its own, with a limit on its time and, where asked, with faults in its file operations.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..', '..');
export const bin = join(root, 'apps', 'cli', 'bin', 'kindling.mjs');
const hook = pathToFileURL(join(import.meta.dirname, 'fault-hook.mjs')).href;

/** Far longer than any of these commands takes, however busy the machine is. */
const LIMIT_MS = 120_000;

/**
 * Runs `kindling …`.
 *
 * @param fault For fault-hook.mjs; the number of file operations comes back as `operations`.
 * @param feed Written to stdin, which is then closed.
 */
export async function kindling(args, { cwd, fault } = {}) {
  const count = fault && join(cwd, `.count-${Math.random()}`);
  const env = { ...process.env, KINDLING_NUM_THREADS: '1', NO_COLOR: '1' };
  delete env.KINDLING_DEBUG;
  if (fault) env.KINDLING_FAULT = JSON.stringify({ ...fault, count });
  const child = spawn(process.execPath, [...(fault ? ['--import', hook] : []), bin, ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr, hung] = ['', '', false];
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const timer = setTimeout(() => {
    hung = true;
    child.kill('SIGKILL');
  }, LIMIT_MS);
  const [code, signal] = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (...end) => resolve(end));
  });
  clearTimeout(timer);
  let operations;
  if (count) {
    try {
      operations = JSON.parse(readFileSync(count, 'utf8'));
    } catch {
      // A process that was killed tells nothing.
    }
    rmSync(count, { force: true });
  }
  return { code, signal, stdout, stderr, hung, operations };
}

/** Whether an ended process shows a fault of its own: a signal, a stack trace, an error that speaks to programmers. */
export function isCrash({ code, signal, stderr }) {
  const isSpoken =
    /^\s+at .+:\d+|\b(Type|Range|Reference|Syntax|Zod|Assertion)Error\b|FATAL|Segmentation/m.test(stderr);
  return signal !== null || isSpoken || code === null || code >= 128;
}
