import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timeLimit } from './trial.mjs';
import { Workspace } from './workspace.mjs';

const runner = join(import.meta.dirname, 'switching-runner.mjs');

/** Vitest's own configuration with a runner that tries mutants; the files come in the order in which they are named. */
const configOf = (tests) => `
import { mergeConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import config from './vitest.config.ts';
const order = ${JSON.stringify(tests)};
const place = ({ moduleId }) => order.findIndex((test) => moduleId.endsWith(\`/\${test}\`));
class InOrder extends BaseSequencer {
  async sort(files) {
    return files.toSorted((a, b) => place(a) - place(b));
  }
}
export default mergeConfig(config, { test: { runner: './switching-runner.mjs', sequence: { sequencer: InOrder } } });
`;

/** The instrumenter's text with the switches of some mutants alone. */
const withSwitches = (text, ids) =>
  text
    .replace(/stryMutAct_9fa48\("(\d+)"\)/g, (call, id) => (ids.has(id) ? call : 'false'))
    .replace(/stryCov_9fa48\(("\d+"(?:, "\d+")*)\)/g, (_, list) => {
      const kept = list.split(', ').filter((quoted) => ids.has(quoted.slice(1, -1)));
      return kept.length > 0 ? `stryCov_9fa48(${kept.join(', ')})` : 'void 0';
    });

/**
 * Tries mutants inside of one run of the tests, each test again with each mutant that it reaches: seconds where a run for each takes
 * hours. It finds most of those that are noticed; what it does not find may be noticed by a run of its own all the same.
 *
 * @param times the milliseconds that each file of tests takes
 * @returns `failed` or `timed out` by the mutant's id, for those that are noticed
 */
export async function noticedBySwitching({ instrumented, folder, projects, mutants, times }) {
  const workspace = new Workspace();
  const out = mkdtempSync(join(tmpdir(), 'kindling-switched-'));
  try {
    const ids = new Set(mutants.map(({ id }) => id));
    const changed = new Set(mutants.map(({ file }) => file));
    for (const { name, content } of instrumented) {
      if (changed.has(name)) workspace.write(name, withSwitches(content, ids));
    }
    const cwd = join(workspace.path, folder);
    const tests = [...times.keys()].sort((a, b) => times.get(a) - times.get(b));
    workspace.write(join(folder, 'switching-runner.mjs'), readFileSync(runner, 'utf8'));
    workspace.write(join(folder, 'mutation.config.mjs'), configOf(tests));
    const log = join(out, 'log.jsonl');
    writeFileSync(log, '');
    const options = ['--config', 'mutation.config.mjs', '--isolate', '--maxWorkers=1', '--reporter=dot'];
    const args = ['run', ...options, ...projects.map((name) => `--project=${name}`), ...tests];
    while (await hangs(workspace.vitest, args, { cwd, log }));
    const outcomes = eventsOf(log).filter(({ outcome }) => outcome === 'failed' || outcome === 'timed out');
    return new Map(outcomes.map(({ id, outcome }) => [id, outcome]));
  } finally {
    workspace.remove();
    rmSync(out, { recursive: true, force: true });
  }
}

const eventsOf = (log) =>
  readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** Runs the tests until they end (false) or a mutant takes too long, which is written down (true). */
function hangs(command, args, { cwd, log }) {
  const env = { ...process.env, KINDLING_MUTATION_LOG: log };
  const child = spawn(command, args, { cwd, env, stdio: 'ignore', detached: true });
  return new Promise((resolve, reject) => {
    const watch = setInterval(() => {
      const { test, id, at, ms, outcome } = eventsOf(log).at(-1) ?? {};
      if (outcome !== undefined || !(Date.now() - at > timeLimit(ms))) return;
      clearInterval(watch);
      appendFileSync(log, `${JSON.stringify({ test, id, outcome: 'timed out' })}\n`);
      child.removeAllListeners('exit');
      process.kill(-child.pid, 'SIGKILL');
      resolve(true);
    }, 5000);
    child.once('error', reject);
    child.once('exit', () => {
      clearInterval(watch);
      resolve(false);
    });
  });
}
