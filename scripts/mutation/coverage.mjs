import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Workspace } from './workspace.mjs';

const here = import.meta.dirname;

/** Writes, at the end of each process of a test, which counters it reached. */
const setupFile = `
import { afterAll, expect } from 'vitest';
import { writeReached } from ${JSON.stringify(join(here, 'reached.cjs'))};
process.env.KINDLING_MUTATION_TEST = expect.getState().testPath;
afterAll(writeReached);
`;

const configOf = (setup) => `
import { mergeConfig } from 'vitest/config';
import config from './vitest.config.ts';
export default mergeConfig(config, { test: { setupFiles: [${JSON.stringify(setup)}] } });
`;

/**
 * Runs the tests of a package whose sources count, and returns the test files that reach each mutant. First comes the one that
 * reaches the fewest mutants: it is likely to be about this one.
 */
export function coveredBy({ instrumented, folder, projects }) {
  const workspace = new Workspace();
  const out = mkdtempSync(join(tmpdir(), 'kindling-reached-'));
  try {
    for (const { name, content } of instrumented) workspace.write(name, content);
    const cwd = join(workspace.path, folder);
    const setup = join(cwd, 'mutation-setup.mjs');
    writeFileSync(setup, setupFile);
    writeFileSync(join(cwd, 'mutation.config.mjs'), configOf(setup));
    const run = spawnSync(
      workspace.vitest,
      [
        'run',
        '--config',
        'mutation.config.mjs',
        // What is reached while a module is loaded counts for each file of tests.
        '--isolate',
        '--reporter=dot',
        ...projects.map((name) => `--project=${name}`),
      ],
      {
        cwd,
        encoding: 'utf8',
        maxBuffer: 2 ** 28,
        env: {
          ...process.env,
          NODE_OPTIONS: `--require ${join(here, 'reached.cjs')}`,
          KINDLING_MUTATION_OUT: out,
        },
      },
    );
    if (run.status !== 0)
      process.stderr.write(
        `${run.stdout.slice(-4000)}\n${run.stderr.slice(-2000)}\ntests fail with counters in the sources; what they reached counts all the same\n`,
      );
    const covered = new Map();
    const reach = new Map();
    for (const file of readdirSync(out).filter((name) => name.endsWith('.json'))) {
      const { test, ids } = JSON.parse(readFileSync(join(out, file), 'utf8'));
      const name = relative(cwd, test);
      reach.set(name, (reach.get(name) ?? 0) + ids.length);
      for (const id of ids) {
        const tests = covered.get(id) ?? new Set();
        covered.set(id, tests.add(name));
      }
    }
    const byReach = (a, b) => reach.get(a) - reach.get(b);
    return new Map([...covered].map(([id, tests]) => [id, [...tests].sort(byReach)]));
  } finally {
    workspace.remove();
    rmSync(out, { recursive: true, force: true });
  }
}
