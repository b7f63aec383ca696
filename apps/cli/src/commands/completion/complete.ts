import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command, Option } from 'commander';
import { wordsOf } from '../../option.ts';

/** A word that may come next. */
export interface Completion {
  readonly word: string;
  readonly description: string;
}

export interface Completions {
  readonly words: readonly Completion[];
  /** Whether a file may be named. */
  readonly files: boolean;
}

const none: Completions = { words: [], files: false };
const anyFile: Completions = { words: [], files: true };

const plain = (words: readonly string[], description = ''): readonly Completion[] =>
  words.map((word) => ({ word, description }));

/** Where the words of a command line have led. */
interface Position {
  readonly command: Command;
  /** Arguments that the command has so far. */
  readonly operands: readonly string[];
  readonly given: readonly Option[];
  /** The option whose value comes next. */
  readonly pending: Option | undefined;
}

/** What may stand in the place of the last of the words of a command line. */
export async function complete(program: Command, words: readonly string[]): Promise<Completions> {
  const last = words.at(-1) ?? '';
  const position = follow(program, words.slice(0, -1));
  const { command, operands, pending } = position;
  if (pending !== undefined) return startingWith(last, await valuesOf(pending));
  if (last.startsWith('-')) return startingWith(last, await optionWords(position, last));
  if (command.commands.length > 0 && operands.length === 0) return startingWith(last, subcommands(command));
  const expected = command.registeredArguments;
  const argument = expected[operands.length] ?? (expected.at(-1)?.variadic ? expected.at(-1) : undefined);
  if (argument === undefined) return none;
  // What help is asked about.
  if (argument.name() === 'command') return startingWith(last, subcommands(program));
  return startingWith(last, await argumentWords(argument.name(), command));
}

const startingWith = (start: string, { words, files }: Completions): Completions => ({
  words: words.filter(({ word }) => word.startsWith(start)),
  files,
});

function follow(program: Command, words: readonly string[]): Position {
  let command = program;
  let pending: Option | undefined;
  const operands: string[] = [];
  const given: Option[] = [];
  for (const word of words) {
    if (pending !== undefined) {
      pending = undefined;
    } else if (word.startsWith('-') && word !== '-') {
      const name = word.split('=', 1)[0];
      const option = command.options.find(({ long, short }) => name === long || name === short);
      if (option === undefined) continue;
      given.push(option);
      if ((option.required || option.optional) && !word.includes('=')) pending = option;
    } else {
      const next =
        operands.length === 0 ? visibleCommands(command).find((one) => one.name() === word) : undefined;
      if (next === undefined) operands.push(word);
      else command = next;
    }
  }
  return { command, operands, given, pending };
}

/** Commands that its help names, `help` among them. */
const visibleCommands = (command: Command): readonly Command[] =>
  command.createHelp().visibleCommands(command);

const subcommands = (command: Command): Completions => ({
  words: visibleCommands(command).map((one) => ({ word: one.name(), description: one.description() })),
  files: false,
});

async function optionWords({ command, given }: Position, last: string): Promise<Completions> {
  const [name = '', start] = last.split('=', 2);
  if (start !== undefined) {
    const option = command.options.find(({ long }) => long === name);
    const { words } = option === undefined ? none : await valuesOf(option);
    return {
      words: words.map(({ word, description }) => ({ word: `${name}=${word}`, description })),
      files: false,
    };
  }
  const options = command.createHelp().visibleOptions(command);
  const isLeft = (option: Option): boolean => option.attributeName() === 'set' || !given.includes(option);
  return {
    words: options
      .filter(isLeft)
      .map(({ long, short, description }) => ({ word: long ?? short ?? '', description })),
    files: false,
  };
}

const devices = ['auto', 'cpu', 'cuda', 'tfjs'];

/** Values of an option: its words, or what its name says. */
async function valuesOf(option: Option): Promise<Completions> {
  const words = wordsOf(option.parseArg);
  if (words !== undefined) return { words: plain(words), files: false };
  switch (option.long) {
    case '--device':
      return { words: plain(devices), files: false };
    case '--set':
      return { words: await settings(), files: false };
    case '--from':
      return { words: await experiments(), files: true };
    case '--output':
    case '--run-dir':
    case '--runs':
    case '--tensorflow':
      return anyFile;
    default:
      return none;
  }
}

async function argumentWords(name: string, command: Command): Promise<Completions> {
  const isData = command.parent?.name() === 'data';
  const isSweep = command.name() === 'sweep';
  switch (name) {
    case 'run':
      return { words: plain(runNames('runs'), 'run'), files: true };
    case 'experiment':
      return { words: [...(await experiments()), ...(isSweep ? await sweeps() : [])], files: true };
    case 'file':
      return command.parent?.name() === 'experiment' ? { words: await experiments(), files: true } : anyFile;
    case 'name':
      return isData ? { words: await dataSets(), files: true } : none;
    case 'shell':
      return { words: plain(wordsOf(command.registeredArguments[0]!.parseArg) ?? []), files: false };
    case 'folder':
      return anyFile;
    default:
      return none;
  }
}

/** Names of the runs of a folder, of which nothing is read. */
export function runNames(runs: string): readonly string[] {
  if (!existsSync(runs)) return [];
  const isRun = (name: string): boolean =>
    ['experiment.json', 'config.json'].some((file) => existsSync(join(runs, name, file)));
  return readdirSync(runs).filter(isRun).sort();
}

async function experiments(): Promise<readonly Completion[]> {
  const { builtinNames } = await import('@kindling/train');
  return plain(builtinNames, 'built-in experiment');
}

async function sweeps(): Promise<readonly Completion[]> {
  const { builtinSweepNames } = await import('@kindling/train');
  return plain(builtinSweepNames, 'built-in sweep');
}

async function dataSets(): Promise<readonly Completion[]> {
  const { sources } = await import('@kindling/data');
  return Object.values(sources).map(({ name, description }) => ({ word: name, description }));
}

async function settings(): Promise<readonly Completion[]> {
  const { experimentKeys } = await import('@kindling/train');
  const types = new Map(
    experimentKeys()
      .filter(({ path }) => !/\.N(\.|$)/.test(path))
      .map(({ path, type }) => [path, type]),
  );
  return Array.from(types, ([path, description]) => ({ word: `${path}=`, description }));
}
