import { mutated, randomFrom } from './mutate.ts';
import { type Parser, type ParserName, parsers } from './parsers.ts';

/** What came of reading damaged files. */
export interface Fuzzed {
  readonly cases: number;
  /** How many of them the reader took, as files of another content. */
  readonly taken: number;
  /** Errors of another class than the reader's own. */
  readonly crashes: readonly string[];
  /** Files that took longer than {@link patience}. */
  readonly hangs: readonly string[];
  /** Errors that are too long for a person to read. */
  readonly long: readonly string[];
}

/** Seconds that a file of 64 kB may take on a busy machine. */
const patience = 10;
const maxMessage = 4000;

/** Reads so many damaged files with one of the parsers. The same seed gives the same files. */
export function fuzz(name: ParserName, cases: number, seed: number): Fuzzed {
  const { files, read, errors }: Parser = parsers[name];
  const random = randomFrom(seed);
  const [crashes, hangs, long]: [string[], string[], string[]] = [[], [], []];
  let taken = 0;
  for (let i = 0; i < cases; i++) {
    const bytes = mutated(files, random);
    const start = performance.now();
    const shown = (): string =>
      `${name}, case ${i} of seed ${seed}: ${Buffer.from(bytes.subarray(0, 300)).toString('base64')}`;
    try {
      read(bytes);
      taken++;
    } catch (error) {
      const isOwn = errors.some((type) => error instanceof type);
      if (!isOwn) crashes.push(`${shown()}: ${error instanceof Error ? error.stack : error}`);
      else if (error instanceof Error && error.message.length > maxMessage) long.push(shown());
    }
    if (performance.now() - start > 1000 * patience) hangs.push(shown());
  }
  return { cases, taken, crashes, hangs, long };
}
