// npm run accuracy -- [--every N] [FUNCTION…]: the largest errors of the native engine's functions of floats on each instruction set
// that this processor runs, as a table in Markdown: docs/numerics.md. Over all 2³² floats, an hour on two cores, or over every N-th.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { buildNative } from '../packages/core/native/build.mjs';

const { values, positionals } = parseArgs({
  options: { every: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const every = Number(values.every);
if (!Number.isInteger(every) || every < 1) {
  console.error(`accuracy: expected --every to be an integer of at least 1, got ${values.every}`);
  process.exit(2);
}
const { library, missing } = await buildNative({ accuracy: true });
if (library === undefined) {
  console.error(`accuracy: ${missing}`);
  process.exit(1);
}

const program = spawn(join(dirname(library), 'accuracy'), [String(every), ...positionals], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = new Promise((resolve) => program.on('close', resolve));
/** Errors by function and instruction set. */
const errors = new Map();
for await (const line of createInterface({ input: program.stdout })) {
  process.stderr.write(`${line}\n`);
  const [name, isa, error] = line.split(/\s+/);
  errors.set(name, (errors.get(name) ?? new Map()).set(isa, error));
}
const isas = [...new Set([...errors.values()].flatMap((byIsa) => [...byIsa.keys()]))];
const row = (cells) => `| ${cells.join(' | ')} |`;
console.log(row(['function', ...isas.map((isa) => `\`${isa}\``)]));
console.log(row(['---', ...isas.map(() => '---:')]));
for (const [name, byIsa] of errors) console.log(row([`\`${name}\``, ...isas.map((isa) => byIsa.get(isa))]));
process.exitCode = await ended;
