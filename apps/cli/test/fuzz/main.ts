// Reads damaged files with every parser and prints a line of JSON for each: main.ts CASES SEED
import { fuzz } from './fuzz.ts';
import { type ParserName, parsers } from './parsers.ts';

const [cases = 1000, seed = 1] = process.argv.slice(2).map(Number);
for (const name of Object.keys(parsers) as ParserName[]) {
  process.stdout.write(`${JSON.stringify({ name, ...fuzz(name, cases, seed) })}\n`);
}
