// npm run test:mutation -- [PACKAGE…] [--mutants N] [--seed N] [--again FILE] [--jobs N] [--json FILE]
// Puts faults into copies of the packages' sources, one at a time, and counts those that the package's own tests notice. The faults
// are a seeded sample of the mutants that StrykerJS' instrumenter makes, without those of texts alone. Nothing in the checkout
// changes. --again tries only those that an earlier run's --json FILE says went unnoticed; the score is of that whole sample.
// docs/testing.md has the scores. An hour or more for all packages on two cores.
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { coveredBy } from './mutation/coverage.mjs';
import { earlierRun, isUnnoticed, unnoticedIn } from './mutation/earlier-run.mjs';
import { mutantsOf, sample } from './mutation/mutants.mjs';
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
      { projects: ['cuda (emulated)'], under: 'src/backend/cuda/' },
      { projects: ['tfjs (cpu)'], under: 'src/backend/tfjs/' },
    ],
  },
  data: { folder: 'packages/data', runs: [{ projects: [], under: '' }] },
  train: { folder: 'packages/train', runs: [{ projects: ['cpu', 'reference'], under: '' }] },
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
    const chosen = before === undefined ? sample(mutants, count, seed) : unnoticedIn(mutants, before);
    note(`${name}: ${chosen.length} of ${mutants.length} mutants; which tests reach them`);
    const runsOf = ({ file }) => runs.filter(({ under }) => file.startsWith(`${folder}/${under}`));
    const needed = runs.filter((run) => chosen.some((mutant) => runsOf(mutant).includes(run)));
    const covered = new Map(
      needed.map((run) => [run, coveredBy({ instrumented, folder, projects: run.projects })]),
    );
    const waiting = [...chosen];
    const outcomes = before?.filter((outcome) => !isUnnoticed(outcome)) ?? [];
    await Promise.all(
      copies.map(async (workspace) => {
        for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
          let outcome = 'unreached';
          for (const run of runsOf(mutant)) {
            const tests = covered.get(run).get(mutant.id);
            if (tests === undefined) continue;
            outcome = await trial(workspace, { folder, projects: run.projects, mutant, tests });
            if (!isUnnoticed({ outcome })) break;
          }
          outcomes.push({ ...mutant, outcome });
          if (isUnnoticed({ outcome })) {
            const { file, line, original, replacement } = mutant;
            note(
              `${outcome}: ${file}:${line} ${JSON.stringify(original.slice(0, 80))} → ${JSON.stringify(replacement.slice(0, 80))}`,
            );
          }
        }
      }),
    );
    const noticed = outcomes.filter((outcome) => !isUnnoticed(outcome)).length;
    results.push({ package: name, mutants: mutants.length, sample: outcomes.length, noticed, outcomes });
    process.stdout.write(
      `${name.padEnd(6)} ${noticed} of ${outcomes.length} noticed, ${((100 * noticed) / outcomes.length).toFixed(1)} % (of ${mutants.length} mutants)\n`,
    );
    if (values.json !== undefined) {
      mkdirSync(dirname(values.json), { recursive: true });
      writeFileSync(values.json, `${JSON.stringify({ seed, results }, undefined, 1)}\n`);
    }
  }
} finally {
  for (const workspace of copies) workspace.remove();
}
