import { appendFileSync, readFileSync } from 'node:fs';
import { VitestTestRunner } from 'vitest/runners';
import { getFn } from 'vitest/suite';

const { KINDLING_MUTATION_LOG: file } = process.env;
const say = (event) => appendFileSync(file, `${JSON.stringify(event)}\n`);

/** Mutants that are noticed, and pairs of tests and mutants that are through. */
const noticed = new Set();
const through = new Set();
const pairOf = (test, id) => `${test} ${id}`;
for (const line of readFileSync(file, 'utf8').trimEnd().split('\n').filter(Boolean)) {
  const { outcome, test, id } = JSON.parse(line);
  if (outcome === 'failed' || outcome === 'timed out') noticed.add(id);
  if (outcome === 'survived') through.add(pairOf(test, id));
}

/** A mutant that lets its own place be reached a hundred times as often is in an endless loop. */
const hitLimit = (hits) => 10_000 + 100 * hits;

/**
 * Runs each test as it is, and then again with each mutant that it has reached switched on. A mutant that was reached while the file
 * was loaded is not tried: what was made then was made without it. Nor is a failure counted after which the test fails without a mutant.
 */
export default class SwitchingRunner extends VitestTestRunner {
  async runTask(test) {
    const run = getFn(test);
    globalThis.__stryker__ ??= {};
    const state = globalThis.__stryker__;
    state.mutantCoverage ??= { static: {}, perTest: {} };
    const { mutantCoverage } = state;
    state.currentTestId = test.id;
    const begin = performance.now();
    try {
      await run();
      const ms = performance.now() - begin;
      state.currentTestId = 'repeated';
      for (const [id, hits] of Object.entries(mutantCoverage.perTest[test.id] ?? {})) {
        if (id in mutantCoverage.static || noticed.has(id) || through.has(pairOf(test.id, id))) continue;
        say({ test: test.id, id, ms, at: Date.now() });
        Object.assign(state, { activeMutant: id, hitCount: 0, hitLimit: hitLimit(hits) });
        const outcome = await outcomeOf(run);
        Object.assign(state, { activeMutant: undefined, hitCount: undefined });
        if (outcome !== 'survived') {
          if ((await outcomeOf(run)) !== 'survived') return;
          noticed.add(id);
        }
        say({ test: test.id, id, outcome });
      }
    } finally {
      state.currentTestId = undefined;
    }
  }
}

async function outcomeOf(run) {
  try {
    await run();
    return 'survived';
  } catch (error) {
    return /Hit count limit|timed out in \d+ms/.test(String(error?.message)) ? 'timed out' : 'failed';
  }
}
