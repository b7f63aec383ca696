import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/**
 * Runs the tests of a package on its sources as they are, and returns the milliseconds that each file of tests takes. Those that fail
 * are told and left out: they would notice anything.
 */
export function baselineOf(workspace, { folder, projects }) {
  const cwd = join(workspace.path, folder);
  const out = mkdtempSync(join(tmpdir(), 'kindling-baseline-'));
  try {
    const report = join(out, 'report.json');
    const options = ['--reporter=json', `--outputFile=${report}`];
    spawnSync(workspace.vitest, ['run', ...options, ...projects.map((name) => `--project=${name}`)], {
      cwd,
      stdio: 'ignore',
    });
    const times = new Map();
    const failing = new Set();
    for (const { name, status, startTime, endTime } of JSON.parse(readFileSync(report, 'utf8')).testResults) {
      const test = relative(cwd, name);
      if (status !== 'passed') failing.add(test);
      times.set(test, (times.get(test) ?? 0) + endTime - startTime);
    }
    for (const test of failing) {
      process.stderr.write(`left out, as it fails without a fault: ${test}\n`);
      times.delete(test);
    }
    return times;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
