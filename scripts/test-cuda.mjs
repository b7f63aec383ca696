// npm run test:cuda: what can only be shown on a GPU, with Node alone and the built packages: conformance with the reference engine and
// PyTorch's results, recorded = eager bit for bit, level memory, and the first losses of the tutorial programs.
//
//   --emulator   on the emulated driver of packages/core/cuda/emulator, with fewer cases
//   --bench      then the times of training steps and matrix products, and PyTorch's where python3 has it
//   --out=FILE   writes these there, as JSON
//   --only=NAME  one of conformance, recording, programs
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const core = join(root, 'packages', 'core');
const tests = join(core, 'test', 'cuda-device');
const flags = process.argv.slice(2);

function end(message, code) {
  process.stderr.write(`test:cuda: ${message}\n`);
  process.exit(code);
}

for (const flag of flags) {
  if (!/^--(emulator|bench|out=.+|only=(conformance|recording|programs))$/.test(flag)) {
    end(`expected --emulator, --bench, --out=FILE or --only=NAME, got ${flag}`, 2);
  }
}
const out = flags.find((flag) => flag.startsWith('--out='))?.slice('--out='.length);
const isEmulated = flags.includes('--emulator');
if (isEmulated) {
  process.env.KINDLING_CUDA_LIBRARY = join(core, 'cuda', 'emulator', 'build', 'libcuda-emulator.so');
  process.env.KINDLING_TEST_CASES ??= '30';
  process.env.KINDLING_TEST_STEPS ??= '200';
}
if (!existsSync(join(core, 'dist', 'index.js')))
  end('expected built packages, found none; run npm run build', 1);

const { deviceReports } = await import(pathToFileURL(join(core, 'dist', 'index.js')).href);
const reports = deviceReports().filter(({ device }) => device.startsWith('cuda'));
for (const { device, checks } of reports) {
  for (const { result } of checks) process.stdout.write(`${device}: ${result}\n`);
}
if (!reports[0]?.available) end('no GPU to test on', 4);

const only = flags.find((flag) => flag.startsWith('--only='))?.slice('--only='.length);
const suites = only === undefined ? ['conformance', 'recording', 'programs'] : [only];
const began = performance.now();
const failed = suites.filter((suite) => {
  const reporter = process.env.CI ? 'dot' : 'spec';
  const args = ['--test', `--test-reporter=${reporter}`, join(tests, `${suite}.test.mjs`)];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  return status !== 0;
});
const seconds = ((performance.now() - began) / 1000).toFixed(0);
const verdict = failed.length === 0 ? 'passed' : `${failed.join(', ')} failed`;
process.stdout.write(`\n${reports[0].checks[0].result}\n${suites.join(', ')}: ${verdict} (${seconds} s)\n`);

/** The rows and the description that a bench prints, a JSON object a line. */
function measured(command, args, env = {}) {
  const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } };
  const { stdout } = spawnSync(command, args, options);
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

function bench() {
  const quick = isEmulated ? ['--quick'] : [];
  const ours = [join(tests, 'bench.mjs'), ...quick];
  const lines = measured(process.execPath, ours);
  const isRow = ({ workload }) => workload !== undefined;
  const own = measured(process.execPath, [...ours, '--only=matmul'], { KINDLING_CUBLAS: 'off' })
    .filter(isRow)
    .map((row) => ({ ...row, implementation: `${row.implementation}, own kernel` }));
  const python = spawnSync('python3', ['-c', 'import torch; assert torch.cuda.is_available()']);
  const peer = python.status === 0 ? measured('python3', [join(tests, 'bench.py'), ...quick]) : [];
  if (peer.length === 0)
    process.stdout.write('no figures of PyTorch: python3 has no torch that finds a GPU\n');
  const rows = [...lines, ...own, ...peer].filter(isRow);
  let workload;
  for (const row of rows.toSorted((a, b) => a.workload.localeCompare(b.workload, 'en', { numeric: true }))) {
    if (row.workload !== workload) process.stdout.write(`\n${row.workload}, ${row.unit}\n`);
    workload = row.workload;
    const spread = `${row.min.toPrecision(3)} to ${row.max.toPrecision(3)}`;
    process.stdout.write(
      `  ${row.implementation.padEnd(36)}${row.median.toPrecision(3).padStart(8)}   ${spread}\n`,
    );
  }
  if (out === undefined) return;
  const described = [...lines, ...peer];
  const all = (key) => Object.assign({}, ...described.map((line) => line[key]));
  const results = {
    date: new Date().toISOString(),
    machine: all('machine'),
    versions: all('versions'),
    rows,
  };
  writeFileSync(out, `${JSON.stringify(results, null, 2)}\n`);
  process.stdout.write(`\nWritten to ${out}\n`);
}

if (flags.includes('--bench')) bench();
process.exitCode = failed.length === 0 ? 0 : 1;
