import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { builtinNames } from '@kindling/train';
import { shellWord } from '../../shell-word.ts';
import type { Output } from '../../terminal/output.ts';
import { UsageError } from '../../usage-error.ts';
import { draft, draftSource, type InitOptions, nameFor } from './draft.ts';
import { ask } from './questions.ts';
import { renderModule } from './render.ts';

const extensions = ['.mjs', '.js', '.ts', '.mts', '.json'];

const isTerminal = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** `kindling init`: writes an experiment, and says what was guessed. */
export async function init(asked: string | undefined, given: InitOptions, output: Output): Promise<void> {
  const { from } = given;
  if (from === undefined && !isTerminal()) {
    const expected = `--from with a CSV file or one of ${builtinNames.join(', ')}`;
    throw new UsageError(`init: expected ${expected}, or a terminal for prompts, got neither`);
  }
  if (asked !== undefined) checkName(asked);
  const named =
    asked ?? (given.output === undefined || given.output === '-' ? undefined : nameFor(stem(given.output)));
  const { origin, name, options } =
    from === undefined
      ? await ask(named, given)
      : { origin: await draftSource(from, given), name: named ?? nameFor(from), options: given };
  checkName(name);
  if (options.output === '-') {
    const { document } = await draft(origin, name, undefined, options);
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  const file = options.output ?? `${name}.mjs`;
  if (!extensions.includes(extname(file))) {
    throw new UsageError(
      `--output: expected a file that ends in ${extensions.join(', ')}, or -, got ${JSON.stringify(file)}`,
    );
  }
  const { document, comments } = await draft(origin, name, file, options);
  const isJson = extname(file) === '.json';
  await write(
    file,
    isJson ? `${JSON.stringify(document, null, 2)}\n` : renderModule(document, comments),
    options,
  );
  output.emit({ type: 'initialized', file, name, document, comments: Object.fromEntries(comments) });
  output.print(`wrote ${file}`);
  for (const [path, text] of comments) output.print(`  ${path}: ${text}`);
  output.print(`train it with: kindling train ${shellWord(file)}`);
}

const stem = (file: string): string => file.slice(0, file.length - extname(file).length);

function checkName(name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) return;
  const expected = 'letters, digits, dots, dashes and underscores, a letter or digit first';
  throw new UsageError(`init: expected a name of ${expected}, got ${JSON.stringify(name)}`);
}

/** @throws UsageError where there is a file, unless it may be overwritten. */
async function write(file: string, text: string, { force = false }: InitOptions): Promise<void> {
  try {
    await writeFile(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    throw new UsageError(
      `init: expected a new file, got ${file}, which exists; --force overwrites it, -o names another file`,
    );
  }
}
