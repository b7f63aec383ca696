// npm run test:reliability: breaks things on purpose, and counts what does not withstand it. All but the cases must be zero.
//
//   npm run test:reliability                     a sample, about two minutes
//   npm run test:reliability -- --full           everything, an hour or so
//   npm run test:reliability -- kills faults     some parts only
//   npm run test:reliability -- --seed 7         another sample
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { parts } from './reliability/parts.mjs';
import { randomFrom, Tally } from './reliability/tally.mjs';
import { mustRun, setup } from './setup.mjs';

const { values, positionals } = parseArgs({
  options: { full: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !parts.includes(name));
if (unknown.length > 0 || !/^\d+$/.test(values.seed)) {
  const got = unknown.length > 0 ? unknown.join(', ') : `--seed ${values.seed}`;
  process.stderr.write(`expected parts among ${parts.join(', ')} and a whole seed, got ${got}\n`);
  process.exit(2);
}

setup();
mustRun('turbo', ['run', 'build', '--output-logs=errors-only']);

/** More findings than these of a part say nothing new. */
const SHOWN = 20;
const chosen = parts.filter((name) => positionals.length === 0 || positionals.includes(name));
const rows = [];
for (const name of chosen) {
  const { title, run } = await import(`./reliability/${name}.mjs`);
  const tally = new Tally();
  const start = performance.now();
  process.stderr.write(`\n== ${title}\n`);
  try {
    await run({
      tally,
      random: randomFrom(Number(values.seed)),
      full: values.full,
      atOnce: Math.min(4, availableParallelism()),
      note: (text) => process.stderr.write(`${text}\n`),
    });
  } catch (error) {
    tally.fail('crashes', `the part itself failed: ${error.stack}`);
  }
  for (const finding of tally.findings.slice(0, SHOWN)) process.stderr.write(`  ${finding}\n`);
  if (tally.findings.length > SHOWN) process.stderr.write(`  and ${tally.findings.length - SHOWN} more\n`);
  const seconds = Math.round((performance.now() - start) / 1000);
  process.stderr.write(`== ${title}: ${tally} (${seconds} s)\n`);
  rows.push({ title, tally });
}

for (const { title, tally } of rows) process.stdout.write(`${title}: ${tally}\n`);
if (!rows.every(({ tally }) => tally.held)) process.exit(1);
