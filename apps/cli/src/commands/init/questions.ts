import { createInterface, type Interface } from 'node:readline/promises';
import { classesOf } from '@kindling/data';
import { builtinNames, type Task } from '@kindling/train';
import { UsageError } from '../../usage-error.ts';
import { type DraftSource, draftSource, type InitOptions, nameFor } from './draft.ts';

/** What was answered. */
export interface Answers {
  readonly origin: DraftSource;
  readonly name: string;
  readonly options: InitOptions;
}

const tasks: readonly Task[] = ['classes', 'binary', 'number'];

/** Asks on the terminal for what the command line leaves open. An empty answer takes what is in brackets. */
export async function ask(name: string | undefined, options: InitOptions): Promise<Answers> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new AbortController();
  terminal.once('close', () => closed.abort());
  try {
    return await askAll(terminal, closed.signal, name, options);
  } catch (error) {
    if (!closed.signal.aborted) throw error;
    throw new UsageError('init: expected an answer, got the end of the input');
  } finally {
    terminal.close();
  }
}

async function askAll(
  terminal: Interface,
  signal: AbortSignal,
  name: string | undefined,
  options: InitOptions,
): Promise<Answers> {
  const question = async (
    text: string,
    byDefault: string,
    problem: (answer: string) => string | undefined = () => undefined,
  ): Promise<string> => {
    for (;;) {
      const answer = (await terminal.question(`${text} [${byDefault}]: `, { signal })).trim() || byDefault;
      const wrong = problem(answer);
      if (wrong === undefined) return answer;
      process.stderr.write(`${wrong}\n`);
    }
  };
  const from = options.from ?? (await question(`A CSV file, or one of ${builtinNames.join(', ')}`, 'digits'));
  const origin = await draftSource(from, options);
  const answered = origin.kind === 'csv' ? await askColumns(origin, options, question) : options;
  return {
    origin,
    name: name ?? (await question('Name of the experiment', nameFor(from))),
    options: answered,
  };
}

type Question = (
  text: string,
  byDefault: string,
  problem?: (answer: string) => string | undefined,
) => Promise<string>;

async function askColumns(
  { profile }: Extract<DraftSource, { kind: 'csv' }>,
  options: InitOptions,
  question: Question,
): Promise<InitOptions> {
  const names = profile.columns.map(({ name }) => name);
  const target =
    options.target ??
    (await question(`The column to predict (${names.join(', ')})`, names.at(-1) ?? '', (answer) =>
      names.includes(answer)
        ? undefined
        : `expected one of ${names.join(', ')}, got ${JSON.stringify(answer)}`,
    ));
  const column = profile.columns.find(({ name }) => name === target);
  if (options.task !== undefined || column === undefined || classesOf(column) === undefined) {
    return { ...options, target };
  }
  const isBinary = column.top.every(({ value }) => value === '0' || value === '1');
  const answer = await question(
    `Kind of target (${tasks.join(', ')})`,
    isBinary ? 'binary' : 'classes',
    (word) =>
      tasks.some((task) => task === word)
        ? undefined
        : `expected one of ${tasks.join(', ')}, got ${JSON.stringify(word)}`,
  );
  const task = tasks.find((known) => known === answer);
  return { ...options, target, ...(task === undefined ? {} : { task }) };
}
