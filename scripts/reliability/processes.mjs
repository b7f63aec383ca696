// Kills one of the processes that train together, at a random moment, and goes on with the run: the others must end, and the run must end
// with the weights and the log of one that was never disturbed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
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
/** How long a run may take for what comes next in its log: a machine may be slow, and a run of many small steps with it. */
const STILL_MS = 120_000;
/** Seconds after which a process says which call it waits in. */
const TIMEOUT_S = 60;
const PROCESSES = 2;
/**
 * What processes say where a launcher left them waiting before anything of a run began, as PMIx 4.2 under Open MPI 4.1 does once in some
 * thousand starts. Source: https://github.com/openpmix/openpmix/issues/2967
 */
const unjoined = /MPI_Init: expected the other processes/;
const TRIES = 3;

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
  const { running: undisturbed, end: first } = await trained(launcher, file, whole, note);
  if (first === undefined) throw new Error(`a run that nothing disturbs hangs: ${endAll(undisturbed)}`);
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
      tally.fail('hangs', `${what}: the others were there after ${LIMIT_MS / 1000} s; ${endAll(running)}`);
      continue;
    }
    const took = Math.round(performance.now() - began);
    const { running: again, end: resumed } = await trained(launcher, file, place, (text) =>
      note(`${what}: ${text}`),
    );
    if (resumed === undefined) tally.fail('hangs', `${what}: hung when it was resumed; ${endAll(again)}`);
    else if (resumed.code !== 0) tally.fail('crashes', `${what}, after ${took} ms: ${resumed.stderr}`);
    else {
      const different = differing(outcome(place), expected);
      if (different.length > 0) tally.fail('differing', `${what}: ${different.join(', ')}`);
      else tally.pass();
    }
    lab.discard(place);
  }
}

/** Trains to the end, as long as it comes on: `end` is undefined for a run that stands still. Starts that join no processes do not count. */
async function trained(launcher, file, place, note) {
  for (let tries = 1; ; tries++) {
    const running = train(launcher, file, place);
    const end = await Promise.race([running.ended, standstill(place, running)]);
    if (end === undefined || !unjoined.test(end.stderr) || tries === TRIES) return { running, end };
    note('the launcher did not bring its processes together; started again');
  }
}

/** Trains from the beginning, or goes on where there is a run. */
function train({ program, options }, file, place) {
  const folder = join(place, 'run');
  const resume = existsSync(join(folder, 'experiment.json'));
  const words = resume ? ['train', '--resume'] : ['train', file];
  const args = ['-n', `${PROCESSES}`, ...options, process.execPath, bin, ...words, '--run-dir', folder];
  const env = {
    ...process.env,
    KINDLING_NUM_THREADS: '1',
    KINDLING_TIMEOUT: `${TIMEOUT_S}`,
    NO_COLOR: '1',
  };
  const child = spawn(program, args, { cwd: place, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stderr }));
  });
  return { child, ended };
}

const logOf = (place) => join(place, 'run', 'events.jsonl');

/** Waits until the run has begun, or ended. */
async function begun(place, { child }) {
  while (!existsSync(logOf(place)) && child.exitCode === null) await sleep(20);
}

/** Waits until the log of a run has stayed as it is for {@link STILL_MS}. */
async function standstill(place, { child }) {
  let size;
  let since = performance.now();
  while (child.exitCode === null && performance.now() - since < STILL_MS) {
    const now = statSync(logOf(place), { throwIfNoEntry: false })?.size;
    if (now !== size) since = performance.now();
    size = now;
    await sleep(1000, undefined, { ref: false });
  }
  // A launcher that has ended leaves its output to processes of its own: they get the same time.
  if (child.exitCode !== null) await sleep(STILL_MS, undefined, { ref: false });
}

/** Kills a launcher and its processes. @returns what they did, as the kernel sees it. */
function endAll({ child }) {
  const pids = [child.pid, ...nodesBelow(child.pid)];
  const states = pids.map((pid) => {
    const threads = list(`/proc/${pid}/task`).map((thread) => {
      const folder = `/proc/${pid}/task/${thread}`;
      // After the name, which may have spaces: the state, and further on the ticks that the thread has run.
      const fields = read(`${folder}/stat`)
        .replace(/^.*\) /, '')
        .split(' ');
      return `${read(`${folder}/wchan`)} ${fields[0]} ${Number(fields[11]) + Number(fields[12])}`;
    });
    return `${pid} ${read(`/proc/${pid}/comm`).trim()}: ${threads.join(', ')}`;
  });
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
  return states.join('; ');
}

/** What is in a file of the kernel's; nothing where its process has ended. */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function list(path) {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** The processes of Node.js below another one. */
function nodesBelow(pid) {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [
    ...(read(`/proc/${child}/cmdline`).includes('kindling.mjs') &&
    !read(`/proc/${child}/comm`).includes('mpi')
      ? [child]
      : []),
    ...nodesBelow(child),
  ]);
}
