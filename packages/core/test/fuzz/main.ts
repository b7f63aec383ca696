// node --import tsx --conditions=@kindling/source test/fuzz/main.ts CALLS SEED: random calls of the tensor API, counted in a line of JSON.
import { tryRandomCall } from './random-api.ts';

const [count, seed] = process.argv.slice(2).map(Number);
const findings: Record<'crash' | 'hang' | 'difference', string[]> = { crash: [], hang: [], difference: [] };
let taken = 0;
for (let i = 0; i < count!; i++) {
  const { hasResult, finding } = tryRandomCall(seed! + i * 7919);
  if (hasResult) taken++;
  if (finding !== undefined) findings[finding.kind].push(finding.text);
}
const { crash: crashes, hang: hangs, difference: long } = findings;
process.stdout.write(
  `${JSON.stringify({ name: 'tensor API', cases: count, taken, crashes, hangs, long })}\n`,
);
