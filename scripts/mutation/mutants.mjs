import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../setup.mjs';

/** StrykerJS 10 needs Node 22. */
const INSTRUMENTER = '@stryker-mutator/instrumenter@9.6.1';

/** Texts are for people; which words they hold is no fault of the kind that is looked for. */
const EXCLUDED = ['StringLiteral'];

const silent = () => {};
const logger = {
  isTraceEnabled: () => false,
  isDebugEnabled: () => false,
  trace: silent,
  debug: silent,
  info: silent,
  warn: silent,
  error: (...words) => process.stderr.write(`${words.join(' ')}\n`),
  fatal: (...words) => process.stderr.write(`${words.join(' ')}\n`),
};

/** The instrumenter, installed once in a folder of its own: 40 packages that nothing else needs. */
async function instrumenter() {
  const folder = join(root, '.mutation-tools');
  const stamp = join(folder, 'installed');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== INSTRUMENTER) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    const quietly = ['--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts'];
    execFileSync('npm', ['install', ...quietly, INSTRUMENTER], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    writeFileSync(stamp, INSTRUMENTER);
  }
  const load = (name, file) =>
    import(pathToFileURL(join(folder, 'node_modules', ...name.split('/'), file)).href);
  const { createInstrumenter } = await load('@stryker-mutator/instrumenter', 'dist/src/index.js');
  const { createInjector } = await load('typed-inject', 'dist/src/index.js');
  return createInjector()
    .provideValue('logger', logger)
    .provideValue('getLogger', () => logger)
    .injectFunction(createInstrumenter);
}

/** The position of a line and column of a text. */
const offsetOf = (starts, { line, column }) => starts[line] + column;

/** @returns the mutants of a package's sources, and the sources with a counter at each. */
export async function mutantsOf(checkout, folder) {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', `${folder}/src`], {
    cwd: checkout,
    encoding: 'utf8',
  });
  const names = listed.split('\n').filter((name) => name.endsWith('.ts') && existsSync(join(checkout, name)));
  const texts = new Map(names.map((name) => [name, readFileSync(join(checkout, name), 'utf8')]));
  const files = [...texts].map(([name, content]) => ({ name, content, mutate: true }));
  const made = await (await instrumenter()).instrument(files, {
    plugins: null,
    ignorers: [],
    excludedMutations: EXCLUDED,
    noHeader: false,
  });
  const starts = new Map(
    [...texts].map(([name, text]) => {
      const lines = [0];
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.push(at + 1);
      return [name, lines];
    }),
  );
  const mutants = made.mutants
    .filter(({ status }) => status === undefined)
    .map(({ id, fileName, location, mutatorName, replacement }) => {
      const lines = starts.get(fileName);
      const [begin, end] = [offsetOf(lines, location.start), offsetOf(lines, location.end)];
      const original = texts.get(fileName).slice(begin, end);
      return {
        id,
        file: fileName,
        line: location.start.line + 1,
        mutator: mutatorName,
        begin,
        end,
        original,
        replacement,
      };
    });
  return { mutants, instrumented: made.files };
}

/** `count` of the mutants, the same ones for a seed. */
export function sample(mutants, count, seed) {
  let state = seed >>> 0;
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
  const order = mutants.map((mutant) => [random(), mutant]).sort(([a], [b]) => a - b);
  return order.slice(0, count).map(([, mutant]) => mutant);
}
