import type { Command, CommanderError } from 'commander';

/**
 * What a command line got wrong, in one line: `train: unknown option "--epocs"; did you mean "--epochs"? (see kindling train
 * --help)`. Nothing where the help was shown instead.
 */
export function usageMessage(
  { code, message }: CommanderError,
  program: Command,
  argv: readonly string[],
): string | undefined {
  if (code === 'commander.help') return undefined;
  const command = commandOf(program, argv);
  const path = pathOf(command);
  const place = path.slice(1).join(' ');
  const said = message
    .replace(/^error: /, '')
    .replace(/^unknown (command|option) '(.*)'/, 'unknown $1 "$2"')
    .replace(/\n\(Did you mean (?:one of )?(.*)\?\)$/, (_, near: string) => `; did you mean ${quoted(near)}?`)
    .replace(/^missing required argument '(.*)'$/, 'expected <$1>, got nothing')
    .replace(/^required option '(.*)' not specified$/, 'expected $1, got nothing')
    .replace(/^option '(.*)' argument missing$/, 'expected $1, got nothing after it')
    .replace(/^too many arguments.*Expected (\d+) arguments? but got (\d+)\.?$/, (_, expected, got) =>
      expected === '0'
        ? `expected no argument, got ${got}`
        : `expected ${expected} argument${expected === '1' ? '' : 's'}, got ${got}`,
    );
  return `${place === '' ? '' : `${place}: `}${said} (see ${path.join(' ')} --help)`;
}

/** Names in quotes, as in every other message. */
const quoted = (names: string): string =>
  names
    .split(', ')
    .map((name) => `"${name}"`)
    .join(' or ');

/** The command that the words of a command line lead to. */
function commandOf(program: Command, argv: readonly string[]): Command {
  let command = program;
  for (const word of argv) {
    const next = command.commands.find((candidate) => candidate.name() === word);
    if (next === undefined) break;
    command = next;
  }
  return command;
}

function pathOf(command: Command): string[] {
  return [...(command.parent ? pathOf(command.parent) : []), command.name()];
}
