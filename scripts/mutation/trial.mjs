import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** A fault that keeps tests from ending is noticed, too; a busy machine is no fault. */
export const timeLimit = (ms) => 60_000 + 10 * ms;

/**
 * Runs tests with a mutant in place of the source: the first one, and if it notices nothing, the others. `times` are the milliseconds
 * that each takes without a fault.
 *
 * @returns `failed` where they notice it, `survived`, or `timed out`.
 */
export async function trial(workspace, { folder, projects, mutant, tests, times }) {
  const { file, begin, end, replacement } = mutant;
  const source = workspace.read(file);
  workspace.write(file, source.slice(0, begin) + replacement + source.slice(end));
  try {
    for (const part of [tests.slice(0, 1), tests.slice(1)]) {
      if (part.length === 0) continue;
      const limit = timeLimit(part.reduce((sum, test) => sum + times.get(test), 0));
      const outcome = await outcomeOf(workspace, { folder, projects, tests: part, limit });
      if (outcome !== 'survived') return outcome;
    }
    return 'survived';
  } finally {
    workspace.write(file, source);
  }
}

function outcomeOf(workspace, { folder, projects, tests, limit }) {
  const cwd = join(workspace.path, folder);
  const options = [
    '--bail=1',
    '--reporter=dot',
    '--maxWorkers=1',
    ...projects.map((name) => `--project=${name}`),
  ];
  const child = spawn(workspace.vitest, ['run', ...options, ...tests], {
    cwd,
    stdio: 'ignore',
    detached: true,
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      resolve('timed out');
      process.kill(-child.pid, 'SIGKILL');
    }, limit);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? 'survived' : 'failed');
    });
  });
}
