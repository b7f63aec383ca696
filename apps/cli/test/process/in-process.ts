import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { type Ended, environment, type Settings } from './kindling.ts';

const main = pathToFileURL(join(import.meta.dirname, '..', '..', 'dist', 'main.js')).href;

class Captured extends Writable {
  readonly #chunks: Uint8Array[] = [];

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}

async function run(args: readonly string[], { cwd = tmpdir(), env = {} }: Settings): Promise<Ended> {
  const { run: runMain } = (await import(main)) as typeof import('../../src/main.ts');
  const [stdout, stderr] = [new Captured(), new Captured()];
  const own = { env: environment(env), stdin: Readable.from([]), stdout, stderr };
  const before = Object.keys(own).map(
    (name) => [name, Object.getOwnPropertyDescriptor(process, name)!] as const,
  );
  const [folder, exitCode] = [process.cwd(), process.exitCode];
  process.chdir(cwd);
  try {
    for (const [name, value] of Object.entries(own)) {
      Object.defineProperty(process, name, { value, configurable: true, writable: true });
    }
    process.exitCode = undefined;
    const code = await runMain(args);
    return { code, stdout: stdout.text, stderr: stderr.text };
  } finally {
    for (const [name, descriptor] of before) Object.defineProperty(process, name, descriptor);
    process.exitCode = exitCode;
    process.chdir(folder);
  }
}

let last: Promise<unknown> = Promise.resolve();

/**
 * Runs the built command line to its end in the process of the test, which spares the start of one: for what a command prints, writes
 * and returns. Commands that are asked for together run one after the other. What a process alone can show (signals, terminals,
 * streams that close, engines chosen by the environment) takes `start`.
 */
export function kindling(args: readonly string[], settings: Settings = {}): Promise<Ended> {
  const ended = last.then(() => run(args, settings));
  last = ended.catch(() => undefined);
  return ended;
}
