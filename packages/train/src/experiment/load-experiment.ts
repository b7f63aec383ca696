import { existsSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkOptions } from '@kindling/core/internal';
import { DataError, readFileBytes } from '@kindling/data';
import { isBuiltinSweepName } from '../sweep/builtin-sweeps.ts';
import { isSweep } from '../sweep/is-sweep.ts';
import { builtinNames, builtinTexts, isBuiltinName } from './builtin.ts';
import type { Experiment } from './experiment-schema.ts';
import {
  characterAt,
  type JsonDocument,
  type JsonPath,
  parseJsonDocument,
  type TextRange,
} from './json-document.ts';
import { applyOverrides, type Override, parseOverride } from './overrides.ts';
import { parseExperiment } from './parse-experiment.ts';
import { describeValue, didYouMean, ExperimentError, type Locate } from './problem.ts';
import { variantChanges } from './variant.ts';

export interface LoadExperimentOptions {
  /** One of the document's variants. */
  readonly variant?: string | undefined;
  /** Changes such as `optimizer.lr=0.01`, made after the variant's. */
  readonly set?: readonly string[] | undefined;
  /** The folder that paths start from. Default: the current one. */
  readonly cwd?: string | undefined;
  /** The document, in JSON, where it comes from no file; the reference then names it in messages. */
  readonly text?: string | undefined;
}

/** A document as it is written, before variants, changes and defaults. */
export interface ExperimentSource extends Partial<Pick<JsonDocument, 'rangeOf'>> {
  /** The built-in name or the path, for messages. */
  readonly origin: string;
  readonly document: unknown;
  /** The folder that paths in the document start from. */
  readonly folder: string;
}

const EXTENSIONS = ['.json', '.mjs', '.js', '.ts', '.mts'];

/** A document in JSON. @throws JsonSyntaxError */
function parseSource(text: string, origin: string, folder: string): ExperimentSource {
  const { value, rangeOf } = parseJsonDocument(text, origin);
  return { origin, document: value, folder, rangeOf };
}

/**
 * Finds a built-in experiment by its name, or a file by its path. A module's default export is the document.
 *
 * @throws ExperimentError for a name that is neither, a file that cannot be read or has more than 10 MB, a module that does not
 *   load, and for a `.ts` file where Node does not run TypeScript; JsonSyntaxError, with line and column, for a file that is not
 *   JSON.
 */
export async function readExperimentSource(
  reference: string,
  cwd = process.cwd(),
  written?: string,
): Promise<ExperimentSource> {
  if (written !== undefined) return parseSource(written, reference, cwd);
  if (isBuiltinName(reference)) return parseSource(builtinTexts[reference], reference, cwd);
  const file = resolve(cwd, reference);
  const extension = extname(file);
  const refuse = (message: string) => new ExperimentError({ origin: reference, path: [], message });
  if (!EXTENSIONS.includes(extension)) {
    const expected = `expected one of ${builtinNames.join(', ')}, or a file that ends in ${EXTENSIONS.join(', ')}`;
    const hint = isBuiltinSweepName(reference)
      ? `, which is a sweep; run kindling sweep ${reference}`
      : didYouMean(reference, builtinNames);
    throw refuse(`${expected}, got ${JSON.stringify(reference)}${hint}`);
  }
  if (!existsSync(file)) throw refuse(`expected a file, got none at ${file}`);
  const folder = dirname(file);
  if (extension === '.json') return parseSource(await readText(file, reference), reference, folder);
  const module: unknown = await import(
    /* @vite-ignore */ /* webpackIgnore: true */ pathToFileURL(file).href
  ).catch((cause: unknown) => {
    throw moduleError(cause, file, reference);
  });
  if (typeof module !== 'object' || module === null || !('default' in module)) {
    throw refuse('expected a default export with the experiment, got none');
  }
  return { origin: reference, document: module.default, folder };
}

/** Bytes that an experiment file may have. */
const maxBytes = 10_000_000;

async function readText(file: string, origin: string): Promise<string> {
  try {
    const bytes = await readFileBytes(file, { maxBytes });
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const message =
      cause instanceof DataError
        ? `expected ${cause.expected}, got ${cause.got}`
        : 'expected UTF-8 text, got invalid bytes';
    throw new ExperimentError({ origin, path: [], message }, { cause });
  }
}

/** The error for a module that does not parse, throws, or is written in a language that this Node does not run. */
function moduleError(cause: unknown, file: string, origin: string): ExperimentError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.m?ts$/.test(file)) {
    const expected = 'expected a Node.js that runs TypeScript (22.18 or newer)';
    const message = `${expected}, got ${process.version}; write the experiment as .json or .mjs`;
    return new ExperimentError({ origin, path: [], message }, { cause });
  }
  const got = cause instanceof Error ? `${cause.name}: ${cause.message}` : describeValue(cause);
  const message = `expected a module that loads, got ${got.split('\n', 1)[0]?.slice(0, 200)}`;
  return new ExperimentError({ origin, path: [], message, range: placeIn(file, cause) }, { cause });
}

/** Where in a file an error was thrown, by its stack. */
function placeIn(file: string, error: unknown): TextRange | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const url = pathToFileURL(file).href;
  const at = stack.indexOf(`${url}:`);
  if (at < 0) return undefined;
  const [, line, column = '1'] = /^:(\d+)(?::(\d+))?/.exec(stack.slice(at + url.length)) ?? [];
  return line === undefined ? undefined : characterAt({ line: Number(line), column: Number(column) });
}

/** Whether a document has something at a path. */
function hasPath(document: unknown, path: JsonPath): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return true;
  return (
    typeof document === 'object' &&
    document !== null &&
    Object.hasOwn(document, key) &&
    hasPath(Reflect.get(document, key), rest)
  );
}

/**
 * Reads an experiment by its built-in name or its path, applies a variant and changes, checks it and fills in its defaults.
 * Paths in it become absolute.
 *
 *     await loadExperiment('mnist-single', { variant: 'bce', set: ['optimizer.lr=0.02'] })
 *
 * @throws ExperimentError, JsonSyntaxError
 */
export async function loadExperiment(
  reference: string,
  options: LoadExperimentOptions = {},
): Promise<Experiment> {
  const { variant, set, cwd, text } = checkOptions('loadExperiment', options, {
    variant: true,
    set: true,
    cwd: true,
    text: true,
  });
  const source = await readExperimentSource(reference, cwd, text);
  return withAbsolutePaths(resolveSource(source, { variant, set }).experiment, source.folder);
}

/** The experiment with the paths of its files made absolute, which start from a folder. */
export function withAbsolutePaths(experiment: Experiment, folder: string): Experiment {
  const { data } = experiment;
  return 'path' in data && data.path !== undefined
    ? { ...experiment, data: { ...data, path: resolve(folder, data.path) } }
    : experiment;
}

/** A change to a document, and where it is written. */
export interface Change {
  readonly override: Override;
  /** The place of a path within the value, or of a part of the entry there. */
  readonly locate: Locate;
}

export interface ResolveOptions extends Pick<LoadExperimentOptions, 'variant' | 'set'> {
  /** How many problems an error lists. Default 20. */
  readonly limit?: number;
}

/** A change as a command line has it. @throws ExperimentError */
export const setChange = (text: string): Change => ({
  override: parseOverride(text),
  locate: () => ({ origin: `--set ${text}` }),
});

/** The changes of a variant. @throws ExperimentError when the document has no such variant */
export const changesOfVariant = (source: ExperimentSource, variant: string): Change[] =>
  variantChanges(source.document, variant, source.origin).map((override) => ({
    override,
    locate: (within, part) => ({
      origin: `${source.origin} (variant ${variant})`,
      variant,
      range: source.rangeOf?.(['variants', variant, override.path.join('.'), ...within], part),
    }),
  }));

/**
 * The experiment that a document describes, with a variant's changes and others, and where its parts are written.
 *
 * @throws ExperimentError
 */
export function resolveSource(
  source: ExperimentSource,
  { variant, set = [], limit }: ResolveOptions,
): ResolvedSource {
  if (isSweep(source.document)) {
    const message = `expected an experiment, got a sweep; run kindling sweep ${source.origin}`;
    throw new ExperimentError({ origin: source.origin, path: [], message });
  }
  const ofVariant = variant === undefined ? [] : changesOfVariant(source, variant);
  return resolveChanges(source, [...ofVariant, ...set.map(setChange)], limit);
}

export interface ResolvedSource {
  readonly experiment: Experiment;
  readonly locate: Locate;
}

/**
 * The experiment that a document with changes describes, and where its parts are written.
 *
 * @throws ExperimentError
 */
export function resolveChanges(
  source: ExperimentSource,
  changes: readonly Change[],
  limit?: number,
): ResolvedSource {
  const locate: Locate = (path, part) => {
    const change =
      changes.findLast(({ override }) => override.path.every((key, i) => key === String(path[i]))) ??
      (hasPath(source.document, path)
        ? undefined
        : changes.findLast(({ override }) => override.path[0] === path[0]));
    if (change !== undefined) return change.locate(path.slice(change.override.path.length), part);
    return { origin: source.origin, range: source.rangeOf?.(path, part) };
  };

  const document = applyOverrides(
    source.document,
    changes.map(({ override }) => override),
  );
  return { experiment: parseExperiment(document, { locate, limit }), locate };
}
