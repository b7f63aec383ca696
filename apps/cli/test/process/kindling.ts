import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';

export const bin = join(import.meta.dirname, '..', '..', 'bin', 'kindling.mjs');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Settings {
  /** Default: a new empty folder. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A command line that runs; `ended` tells how it ended. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
}

export const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'kindling-cli-'));

const needed = ['PATH', 'HOME', 'SystemRoot', 'TEMP', 'TMPDIR', 'KINDLING_BACKEND'];
/** What a process needs to write which mutants it reaches (`npm run test:mutation`). */
const counting = ['NODE_OPTIONS', 'KINDLING_MUTATION_OUT', 'KINDLING_MUTATION_TEST'];

/** What a process needs, without what the machine of the tests may have set. */
export function environment(env: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = process.env.KINDLING_MUTATION_OUT === undefined ? needed : [...needed, ...counting];
  const own = kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  // Other tests run beside, and threads that wait for each other would keep them waiting.
  return { KINDLING_NUM_THREADS: '1', ...Object.fromEntries(own), ...env };
}

/** Starts the built command line as a process of its own. */
export function start(args: readonly string[], { cwd = tmpdir(), env = {} }: Settings = {}): Running {
  const child = spawn(process.execPath, [bin, ...args], { cwd, env: environment(env) });
  return { child, ended: endOf(child) };
}

/** Waits until a training has made its run, whose `experiment.json` makes it one to readers of runs. */
export async function untilRunIsMade(cwd: string, run: string): Promise<void> {
  const experiment = join(cwd, 'runs', run, 'experiment.json');
  await expect.poll(() => existsSync(experiment), { timeout: 60_000 }).toBe(true);
}

/** What a process writes, and how it ends. */
export function endOf(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      // Where a process was killed, the assertions that show stderr tell by what.
      if (signal !== null) stderr += `killed by ${signal}\n`;
      resolve({ code, stdout, stderr });
    });
  });
}

/** Runs the built command line to its end, as a process of its own. */
export const kindlingProcess = (args: readonly string[], settings?: Settings): Promise<Ended> =>
  start(args, settings).ended;

/** The JSON lines of an output. */
export const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
