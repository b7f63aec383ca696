// Runs test files in this page, or in this worker, and tells what became of each test.
import { startTests } from '@vitest/runner';
import { getNumThreads, ready, setNumThreads, tensor } from '../../../packages/core/src/index.ts';
import { setDataMirror } from '../../../packages/data/src/index.ts';

const config = {
  root: '/',
  name: undefined,
  setupFiles: [],
  passWithNoTests: false,
  allowOnly: false,
  includeTaskLocation: false,
  sequence: { hooks: 'stack', setupFiles: 'list', seed: 0 },
  maxConcurrency: 1,
  testTimeout: 240_000,
  hookTimeout: 240_000,
  retry: 0,
  tags: [],
};

const testsOf = (task) => (task.type === 'test' ? [task] : task.tasks.flatMap(testsOf));

/** A failed import, or hook, is of the suite. */
const brokenSuites = (task) =>
  task.type === 'test' ? [] : [...(task.result?.errors ? [task] : []), ...task.tasks.flatMap(brokenSuites)];

const describeFailure = (file, task) => ({
  name: `${file}: ${task.fullTestName ?? task.name}`,
  message: (task.result.errors ?? []).map((error) => error.stack ?? error.message).join('\n'),
});

export async function runSuites({ files, mirror, threads }) {
  await ready();
  setNumThreads(threads);
  if (mirror !== undefined) setDataMirror(mirror);
  const results = [];
  for (const path of files) {
    const [file] = await startTests([path], { config, importFile: (address) => import(address) });
    const tests = testsOf(file);
    const failed = tests.filter(({ result }) => result?.state === 'fail');
    results.push({
      file: path,
      passed: tests.filter(({ result }) => result?.state === 'pass').length,
      skipped: tests.filter(({ mode }) => mode === 'skip').length,
      failures: [...brokenSuites(file), ...failed].map((task) => describeFailure(path, task)),
    });
  }
  return { engine: tensor(0).storage.backend.name, threads: getNumThreads(), results };
}

// As a worker's program.
if (typeof document === 'undefined') {
  globalThis.onmessage = async ({ data }) => {
    postMessage(await runSuites(data).catch((error) => ({ error: String(error.stack ?? error) })));
  };
}
