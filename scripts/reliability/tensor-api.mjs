// Calls functions of the tensor API with random arguments, wrong ones among them (packages/core/test/fuzz), on the reference engine, the
// native one and emulated CUDA: each call ends with the same result, or with an error of the same class. Sanitizers watch the same
// calls in npm run test:heavy.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../setup.mjs';
import { countFuzzed } from './fuzzed.mjs';

export const title = 'random calls of the tensor API';

export function run(context) {
  const emulator = join(root, 'packages', 'core', 'cuda', 'emulator', 'build.mjs');
  execFileSync(process.execPath, [emulator], { stdio: ['ignore', 'ignore', 'inherit'] });
  return countFuzzed(
    ['packages', 'core', 'test', 'fuzz', 'main.ts'],
    { cases: context.full ? 20_000 : 2000, minutes: 60 },
    context,
  );
}
