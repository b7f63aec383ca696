// Kills one of the processes that train together, at a random moment, and goes on with the run: the others must end, and the run must end
// with the weights and the log of one that was never disturbed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bin } from './process.mjs';
import { differing, outcome, RunLab } from './run-lab.mjs';

export const title = 'runs of two processes, one of them killed';

const experiment = {
  name: 'shared',
  seed: 5,
  device: 'cpu',
  data: { source: 'digits', train: 48, test: 12, batchSize: 8, shuffle: true },
  model: [{ type: 'linear', out: 8 }, 'relu', { type: 'linear', out: 10 }],
  loss: 'crossEntropy',
  optimizer: { type: 'adam', lr: 0.02 },
  epochs: 120,
  logEvery: 20,
  checkpoint: { steps: 60, seconds: 1e6 },
};

/** How long the others may take to end. */
const LIMIT_MS = 10_000;
/** How long a run may take that nothing disturbs. */
const WHOLE_MS = 240_000;
const PROCESSES = 2;

const candidates = [
  { program: 'mpirun.openmpi', options: ['--allow-run-as-root', '--oversubscribe'] },
  { program: 'mpirun.mpich', options: [] },
];
const isThere = ({ program }) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;

export async function run({ tally, random, full, note }) {
  const launchers = candidates.filter(isThere);
  for (const { program } of candidates.filter((one) => !launchers.includes(one)))
    note(`Skipped: no ${program} (Debian: openmpi-bin, mpich)`);
  const lab = new RunLab();
  try {
    for (const launcher of launchers) {
      const count = (full ? 200 : 50) / launchers.length;
      await kills(lab, launcher, { tally, random, note, count });
    }
  } finally {
    lab.remove();
  }
}

async function kills(lab, launcher, { tally, random, note, count }) {
  const file = join(lab.folder, 'shared.json');
  writeFileSync(file, JSON.stringify(experiment));
  const whole = lab.place();
  const first = await train(launcher, file, whole).ended;
  if (first.code !== 0) throw new Error(`a run that nothing disturbs failed: ${first.stderr}`);
  const expected = outcome(whole);
  note(`${launcher.program}: ${count} kills`);
  for (let i = 0; i < count; i++) {
    const place = lab.place();
    const what = `${launcher.program}, kill ${i}`;
    const running = train(launcher, file, place);
    await begun(place, running);
    await sleep(400 * random());
    const ranks = nodesBelow(running.child.pid);
    const victim = ranks[Math.floor(random() * ranks.length)];
    if (victim !== undefined) process.kill(victim, 'SIGKILL');
    const began = performance.now();
    const ended = await Promise.race([running.ended, sleep(LIMIT_MS)]);
    if (ended === undefined) {
      tally.fail('hangs', `${what}: the others were there after ${LIMIT_MS / 1000} s`);
      for (const pid of [...nodesBelow(running.child.pid), running.child.pid]) process.kill(pid, 'SIGKILL');
      continue;
    }
    const took = Math.round(performance.now() - began);
    const resumed = await Promise.race([train(launcher, file, place).ended, sleep(WHOLE_MS)]);
    if (resumed === undefined) tally.fail('hangs', `${what}: hung when it was resumed`);
    else if (resumed.code !== 0) tally.fail('crashes', `${what}, after ${took} ms: ${resumed.stderr}`);
    else {
      const different = differing(outcome(place), expected);
      if (different.length > 0) tally.fail('differing', `${what}: ${different.join(', ')}`);
      else tally.pass();
    }
    lab.discard(place);
  }
}

/** Trains from the beginning, or goes on where there is a run. */
function train({ program, options }, file, place) {
  const folder = join(place, 'run');
  const resume = existsSync(join(folder, 'experiment.json'));
  const words = resume ? ['train', '--resume'] : ['train', file];
  const args = ['-n', `${PROCESSES}`, ...options, process.execPath, bin, ...words, '--run-dir', folder];
  const env = { ...process.env, KINDLING_NUM_THREADS: '1', NO_COLOR: '1' };
  const child = spawn(program, args, { cwd: place, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stderr }));
  });
  return { child, ended };
}

/** Waits until the run has begun, or ended. */
async function begun(place, { child }) {
  const log = join(place, 'run', 'events.jsonl');
  while (!existsSync(log) && child.exitCode === null) await sleep(20);
}

/** The processes of Node.js below another one. */
function nodesBelow(pid) {
  const read = (path) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  };
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [
    ...(read(`/proc/${child}/cmdline`).includes('kindling.mjs') &&
    !read(`/proc/${child}/comm`).includes('mpi')
      ? [child]
      : []),
    ...nodesBelow(child),
  ]);
}
