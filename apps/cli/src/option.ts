import { type Command, Option } from 'commander';
import { UsageError } from './usage-error.ts';

/** Reads the value of an option that is an integer of `least` or more. */
export const wholeNumber =
  (flag: string, least: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new UsageError(`${flag}: expected an integer of at least ${least}, got ${JSON.stringify(text)}`);
  };

/** Gathers the values of an option that may be given several times. */
export const collect = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];

/** `--processes`. @param verb What is done in them. @param note More of it. */
export const processesOption = (verb: string, note?: string): Option =>
  new Option(
    '--processes <n>',
    [`${verb} in so many processes on this machine, by mpirun`, note ?? []].flat().join('; '),
  ).argParser(wholeNumber('--processes', 1));

const choices = new WeakMap<object, readonly string[]>();

/** Reads a value that is one of a few words; the words are known to {@link wordsOf}. */
export function oneOf<const W extends string>(flag: string, words: readonly W[]): (text: string) => W {
  const parse = (text: string): W => {
    const word = words.find((known) => known === text);
    if (word !== undefined) return word;
    throw new UsageError(`${flag}: expected one of ${words.join(', ')}, got ${JSON.stringify(text)}`);
  };
  choices.set(parse, words);
  return parse;
}

/** The words that a parser of {@link oneOf} takes. */
export const wordsOf = (parse: object | undefined): readonly string[] | undefined =>
  parse === undefined ? undefined : choices.get(parse);

/** Makes options of a command and those below it, but for flags and those that gather values, an error when given twice. */
export function rejectRepeated(command: Command): void {
  for (const option of command.options) {
    if (option.parseArg === collect || option.isBoolean()) continue;
    let isGiven = false;
    command.on(`option:${option.name()}`, () => {
      if (isGiven) throw new UsageError(`${option.long}: expected it once, got it twice`);
      isGiven = true;
    });
  }
  for (const below of command.commands) rejectRepeated(below);
}
