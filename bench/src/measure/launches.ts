import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataFiles } from '../data/data-files.ts';
import type { Family } from '../families.ts';
import type { Implementation } from '../implementations.ts';
import { PeerError, PeerProcess } from '../process/peer-process.ts';
import { inUnit } from '../unit.ts';
import type { CommandWorkload, LaunchWorkload } from '../workload.ts';
import type { Effort } from './effort.ts';
import { type Note, noteOf, type Outcome } from './outcome.ts';
import { taskOf } from './steps.ts';

interface Runner {
  readonly implementation: string;
  readonly once: () => Promise<number>;
}

/** Values of runners in turn. A first round, which brings files into the system's cache, does not count. */
async function inTurn(workload: string, runners: readonly Runner[], runs: number): Promise<Outcome> {
  const values = new Map<Runner, number[]>(runners.map((runner) => [runner, []]));
  const notes: Note[] = [];
  for (let round = -1; round < runs; round++) {
    for (const [runner, taken] of values) {
      try {
        const value = await runner.once();
        if (round >= 0) taken.push(value);
      } catch (error) {
        if (!(error instanceof PeerError)) throw error;
        notes.push(noteOf(error, runner.implementation, workload));
        values.delete(runner);
      }
    }
  }
  const measurements = [...values].map(([{ implementation }, taken]) => ({ implementation, values: taken }));
  return { measurements, notes };
}

/** What fresh processes of the implementations, or pages, need. */
export async function measureLaunches(
  workload: LaunchWorkload,
  implementations: readonly Implementation[],
  { files, effort }: { files: DataFiles; effort: Effort },
): Promise<Outcome> {
  const { measure, step, steps = 1, unit } = workload;
  const task = step === undefined ? undefined : await taskOf(step, files);
  const { patience, preparation } = effort;

  async function launch({ launch, isPage }: Implementation): Promise<number> {
    let start = performance.now();
    const peer = await PeerProcess.start(launch, patience);
    // A page's time begins when it is opened: nobody starts a browser for it.
    if (isPage) start = performance.now() - 1000 * peer.importSeconds;
    try {
      if (task !== undefined) {
        await peer.request({ op: 'prepare', task }, preparation);
        await peer.request({ op: 'step', count: steps }, preparation);
      }
      if (measure === 'peak-memory') return (await peer.request({ op: 'memory' }, patience)).bytes / 1e6;
      if (measure === 'download') return (await peer.request({ op: 'download' }, patience)).bytes / 1e3;
      return inUnit(measure === 'import' ? peer.importSeconds : (performance.now() - start) / 1000, unit);
    } finally {
      await peer.stop();
    }
  }

  const runners = implementations.map((implementation) => ({
    implementation: implementation.name,
    once: () => launch(implementation),
  }));
  return inTurn(workload.name, runners, Math.min(effort.runs, 5));
}

/** How long commands take. */
export async function measureCommands(
  { name, commands, unit, dataFolder }: CommandWorkload,
  families: ReadonlySet<Family>,
  effort: Effort,
): Promise<Outcome> {
  const wanted = Object.entries(commands).filter(([family]) => families.has(family as Family));
  if (dataFolder !== undefined && !existsSync(join(process.env.KINDLING_DATA_DIR ?? '', dataFolder))) {
    const reason = `expected a folder ${dataFolder} in KINDLING_DATA_DIR, found none`;
    return {
      measurements: [],
      notes: wanted.map(([implementation]) => ({ implementation, workload: name, reason })),
    };
  }
  const runners = wanted.map(([implementation, [command, ...args]]) => ({
    implementation,
    once: async () => inUnit(await secondsOf(command, args), unit),
  }));
  return inTurn(name, runners, effort.runs);
}

/** Without certificates that Node.js would parse when it starts, which take longer than the rest of its start and serve no command here. */
const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;

/** @throws PeerError when the command fails. */
async function secondsOf(command: string, args: readonly string[]): Promise<number> {
  const cwd = await mkdtemp(join(tmpdir(), 'kindling-bench-'));
  try {
    const start = performance.now();
    const child = spawn(command, args, { stdio: 'ignore', cwd, env: environment });
    const ended = await once(child, 'exit').catch(({ message }: Error) => {
      throw new PeerError(message);
    });
    const seconds = (performance.now() - start) / 1000;
    const code: unknown = ended[0];
    if (code !== 0) throw new PeerError(`${command} ended with exit code ${String(code)}`);
    return seconds;
  } finally {
    await rm(cwd, { recursive: true });
  }
}
