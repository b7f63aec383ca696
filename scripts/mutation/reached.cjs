const { renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const { KINDLING_MUTATION_OUT: out } = process.env;
let written = 0;

/** Writes which of the instrumenter's counters this process has reached, for the test that it belongs to. */
function writeReached() {
  const test = process.env.KINDLING_MUTATION_TEST;
  const coverage = globalThis.__stryker__?.mutantCoverage;
  if (out === undefined || test === undefined || coverage === undefined) return;
  const ids = new Set(Object.keys(coverage.static));
  for (const reached of Object.values(coverage.perTest)) for (const id of Object.keys(reached)) ids.add(id);
  // Tests kill processes, also while they write this.
  const file = join(out, `${process.pid}-${written++}`);
  writeFileSync(file, JSON.stringify({ test, ids: [...ids] }));
  renameSync(file, `${file}.json`);
}

process.on('exit', writeReached);

module.exports = { writeReached };
