import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..', '..');
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** Runs a program that tries random cases and prints their counts, a line of JSON for each kind. */
export async function countFuzzed(main, { cases, minutes }, { tally, random, note }) {
  const seed = String(Math.floor(random() * 2 ** 31));
  const child = spawn(
    process.execPath,
    ['--import', tsx, '--conditions=@kindling/source', join(root, ...main), String(cases), seed],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], timeout: minutes * 60_000 },
  );
  for await (const line of createInterface({ input: child.stdout })) {
    const { name, cases: tried, taken, crashes, hangs, long } = JSON.parse(line);
    note(`${name}: ${tried} cases, ${taken} taken`);
    const findings = { crashes, hangs, differing: long };
    for (const [kind, texts] of Object.entries(findings)) for (const text of texts) tally.fail(kind, text);
    const failed = crashes.length + hangs.length + long.length;
    for (let i = failed; i < tried; i++) tally.pass();
  }
  const [code, signal] =
    child.exitCode === null && child.signalCode === null
      ? await new Promise((resolve) => child.on('close', (...ended) => resolve(ended)))
      : [child.exitCode, child.signalCode];
  if (signal === 'SIGTERM')
    tally.fail('hangs', `${main.at(-1)} with seed ${seed} did not end in ${minutes} minutes`);
  else if (code !== 0) tally.fail('crashes', `${main.at(-1)} with seed ${seed} ended with ${code ?? signal}`);
}
