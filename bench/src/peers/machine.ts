import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { packageRoot } from '../package-root.ts';
import { type Peer, type Prepared, unsupported } from './peer.ts';

const run = promisify(execFile);
const source = join(packageRoot, 'native', 'limits.cpp');

/** Compiles the probe with the first compiler that works. @throws Error that tells what each said. */
async function compileProbe(target: string): Promise<void> {
  const compilers = [process.env.CXX, 'c++', 'g++', 'clang++'].filter((name) => name !== undefined);
  const failures: string[] = [];
  for (const compiler of compilers) {
    // For the machine's own instructions, x86 compilers want -march, some for ARM -mcpu.
    for (const native of ['-march=native', '-mcpu=native']) {
      try {
        await run(compiler, ['-std=c++20', '-O3', native, '-pthread', source, '-o', target]);
        return;
      } catch (error) {
        const { message } = error instanceof Error ? error : { message: String(error) };
        failures.push(`${compiler} ${native}: ${message.split('\n')[0]}`);
      }
    }
  }
  throw new Error(`expected a C++ compiler, found none that works (${failures.join('; ')})`);
}

/** The limits of the machine, by a small native program that is compiled here and now. */
export async function openMachine(): Promise<Peer> {
  const dir = await mkdtemp(join(tmpdir(), 'kindling-limits-'));
  try {
    await compileProbe(join(dir, 'limits'));
    // The program is in memory once it has answered, so its file may go.
    const probe = spawn(join(dir, 'limits'), { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: probe.stdout })[Symbol.asyncIterator]();
    const next = async (): Promise<number> => Number((await lines.next()).value);
    const lanes = await next();
    return {
      versions: () => ({ 'float32 lanes': String(lanes) }),
      prepare(task): Prepared {
        if (task.kind !== 'limit') throw unsupported('the machine', 'task of this kind');
        return {
          check: () => 0,
          step(count) {
            probe.stdin.write(`${task.limit} ${task.threads} ${count}\n`);
            return next();
          },
        };
      },
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
