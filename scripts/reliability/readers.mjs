// Reads damaged files of every format (apps/cli/test/fuzz): each is taken as a file of another content, or refused by an error of its
// reader's own class, with a short message, in time.
import { countFuzzed } from './fuzzed.mjs';

export const title = 'damaged files';

export const run = (context) =>
  countFuzzed(
    ['apps', 'cli', 'test', 'fuzz', 'main.ts'],
    { cases: context.full ? 20_000 : 1000, minutes: 60 },
    context,
  );
