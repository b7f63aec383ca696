// npm run test:mutation -- [PACKAGE…] [--mutants N] [--seed N] [--again FILE] [--jobs N] [--json FILE]
// Puts faults into copies of the packages' sources, one at a time, and counts those that the package's own tests notice. The faults
// are a seeded sample of the mutants that StrykerJS' instrumenter makes, without those of texts alone. Nothing in the checkout
// changes. --json FILE is written after each fault. --again tries only those that an earlier run's FILE says went unnoticed, or that it
// did not come to; the score is of that whole sample. docs/testing.md has the scores. Hours for all packages on two cores.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { baselineOf } from './mutation/baseline.mjs';
import { coveredBy } from './mutation/coverage.mjs';
import { mutantsOf, sample } from './mutation/mutants.mjs';
import { earlierRun, isOpen, openIn, scoreOf, writeRun } from './mutation/record.mjs';
import { noticedBySwitching } from './mutation/switched.mjs';
import { trial } from './mutation/trial.mjs';
import { Workspace } from './mutation/workspace.mjs';
import { mustRun, root, setup } from './setup.mjs';

/**
 * Where the packages are, and which of their vitest projects run for the sources under which folder: one engine tells what others
 * would, but of their own sources.
 */
const packages = {
  core: {
    folder: 'packages/core',
    runs: [
      { projects: ['cpu', 'reference'], under: '' },
      { projects: ['cuda*'], under: 'src/backend/cuda/' },
      { projects: ['tfjs (cpu)'], under: 'src/backend/tfjs/' },
    ],
  },
  data: { folder: 'packages/data', runs: [{ projects: [], under: '' }] },
  train: { folder: 'packages/train', runs: [{ projects: ['cpu', 'file system', 'reference'], under: '' }] },
  viz: { folder: 'packages/viz', runs: [{ projects: [], under: '' }] },
  cli: { folder: 'apps/cli', runs: [{ projects: [], under: '' }] },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mutants: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    again: { type: 'string' },
    json: { type: 'string' },
  },
});
function refuse(message) {
  process.stderr.write(`test:mutation: ${message}\n`);
  process.exit(2);
}

const [count, givenSeed, jobs] = [values.mutants, values.seed, values.jobs].map((text) => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) refuse(`expected an integer of at least 1, got ${text}`);
  return number;
});
const earlier = values.again === undefined ? undefined : earlierRun(values.again);
const seed = earlier?.seed ?? givenSeed;
const available = earlier === undefined ? Object.keys(packages) : [...earlier.results.keys()];
const names = positionals.length > 0 ? positionals : available;
const unknown = names.find((name) => !available.includes(name));
if (unknown !== undefined) refuse(`expected packages among ${available.join(', ')}, got ${unknown}`);

const note = (text) => process.stderr.write(`${text}\n`);

setup();
mustRun('turbo', ['run', 'build', 'build:emulator', '--output-logs=errors-only']);
const results = [];
const copies = Array.from({ length: jobs }, () => new Workspace());
try {
  for (const name of names) {
    const { folder, runs } = packages[name];
    const { mutants, instrumented } = await mutantsOf(root, folder);
    const before = earlier?.results.get(name).outcomes;
    const chosen = before === undefined ? sample(mutants, count, seed) : openIn(mutants, before);
    note(`${name}: ${chosen.length} of ${mutants.length} mutants; which tests reach them`);
    const runsOf = ({ file }) => runs.filter(({ under }) => file.startsWith(`${folder}/${under}`));
    const needed = runs.filter((run) => chosen.some((mutant) => runsOf(mutant).includes(run)));
    const times = new Map(needed.map((run) => [run, baselineOf(copies[0], { folder, ...run })]));
    const covered = new Map(needed.map((run) => [run, coveredBy({ instrumented, folder, ...run })]));
    const outcomes = before?.filter((outcome) => !isOpen(outcome)) ?? [];
    const untried = new Set(chosen);
    const settle = (mutant, outcome) => {
      outcomes.push({ ...mutant, outcome });
      untried.delete(mutant);
      const { file, line, original, replacement } = mutant;
      const change = [original, replacement].map((text) => JSON.stringify(text.slice(0, 80))).join(' → ');
      if (outcome !== 'failed') note(`${outcome}: ${file}:${line} ${change}`);
      if (values.json === undefined) return;
      const all = [...outcomes, ...[...untried].map((left) => ({ ...left, outcome: 'untried' }))];
      const result = { package: name, mutants: mutants.length, ...scoreOf(all), outcomes: all };
      writeRun(values.json, { seed, results: [...results, result] });
    };
    for (const run of needed) {
      const switched = [...untried].filter((mutant) => runsOf(mutant).includes(run));
      const options = { instrumented, folder, ...run, mutants: switched, times: times.get(run) };
      const noticed = await noticedBySwitching(options);
      for (const mutant of switched) if (noticed.has(mutant.id)) settle(mutant, noticed.get(mutant.id));
    }
    note(`${name}: ${outcomes.length} noticed in one run of the tests; the others in a run each`);
    const waiting = [...untried];
    await Promise.all(
      copies.map(async (workspace) => {
        for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
          let outcome = 'unreached';
          for (const run of runsOf(mutant)) {
            const tests = (covered.get(run).get(mutant.id) ?? []).filter((test) => times.get(run).has(test));
            if (tests.length === 0) continue;
            outcome = await trial(workspace, { folder, ...run, mutant, tests, times: times.get(run) });
            if (!isOpen({ outcome })) break;
          }
          settle(mutant, outcome);
        }
      }),
    );
    const score = scoreOf(outcomes);
    results.push({ package: name, mutants: mutants.length, ...score, outcomes });
    const share = ((100 * score.noticed) / score.tried).toFixed(1);
    process.stdout.write(
      `${name.padEnd(6)} ${score.noticed} of ${score.tried} noticed, ${share} % (of ${mutants.length} mutants; ${score.timedOut} by running out of time)\n`,
    );
  }
} finally {
  for (const workspace of copies) workspace.remove();
}
