import { KindlingError, nearestName } from '@kindling/core/internal/errors';

import * as z from 'zod';
import { readBareValue } from './bare-value.ts';
import type { JsonPart, JsonPath, TextRange } from './json-document.ts';

/** A problem of a document, and its path. */
export interface Finding {
  readonly path: JsonPath;
  /** `expected …, got …` */
  readonly message: string;
  /** Which part of the entry at the path is wrong. Default: its value. */
  readonly part?: JsonPart;
  /** The key or the value that was probably meant; it takes the place of that part. */
  readonly suggestion?: string | number | boolean;
}

/** A problem of an experiment, and its place. */
export interface Problem extends Finding {
  /** Origin of the value: a file, a built-in name, a `--set`. */
  readonly origin: string;
  /** The text of the part that is wrong, where a file has it. */
  readonly range?: TextRange | undefined;
  /** The variant whose changes have it. */
  readonly variant?: string | undefined;
}

/** Where a problem is. */
export type Place = Pick<Problem, 'origin' | 'range' | 'variant'>;

/** Finds where a document has a path, or a part of the entry there. */
export type Locate = (path: JsonPath, part?: JsonPart) => Place;

const maxText = 40;

const shortened = (text: string): string => (text.length > maxText ? `${text.slice(0, maxText)}…` : text);

/** `["model", 0, "out"]` as `--set` takes it: `model.0.out`. */
export const formatPath = (path: JsonPath): string => path.map((key) => shortened(String(key))).join('.');

/** An experiment that cannot be run. Lists every problem. */
export class ExperimentError extends KindlingError {
  override readonly name = 'ExperimentError';
  readonly problems: readonly Problem[];

  constructor(problems: Problem | readonly Problem[], options?: ErrorOptions) {
    const all = 'length' in problems ? problems : [problems];
    super(all.map(formatProblem).join('\n'), options);
    this.problems = all;
  }
}

function formatProblem({ path, message, origin, range }: Problem): string {
  const place = range === undefined ? '' : `:${range.start.line}:${range.start.column}`;
  return `${origin}${place}: ${path.length > 0 ? `${formatPath(path)}: ` : ''}${message}`;
}

/** A value, short enough for a message. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 1 ? 'an array of 1' : `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function') return 'a function';
  return shortened(typeof value === 'string' ? JSON.stringify(value.slice(0, maxText + 1)) : String(value));
}

/** `; did you mean "adam"?`, where a name is near enough. */
export function didYouMean(name: unknown, known: readonly string[]): string {
  return question(nearest(name, known));
}

const nearest = (name: unknown, known: readonly string[]): string | undefined =>
  typeof name === 'string' ? nearestName(name, known) : undefined;

const question = (suggestion: Finding['suggestion']): string =>
  suggestion === undefined ? '' : `; did you mean ${JSON.stringify(suggestion)}?`;

const TYPES: Readonly<Record<string, string>> = {
  array: 'an array',
  boolean: 'true or false',
  int: 'an integer',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a string',
  tuple: 'an array',
};

/** Names that a message lists. */
const maxNames = 40;

const oneOf = (values: readonly unknown[]): string => {
  const shown = values.slice(0, maxNames).map((value) => JSON.stringify(value));
  const others = values.length > maxNames ? `, … (${values.length} in all)` : '';
  return values.length === 1 ? shown[0]! : `one of ${shown.join(', ')}${others}`;
};

function bound(issue: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig>): string {
  const [limit, word] =
    issue.code === 'too_small'
      ? [issue.minimum, issue.inclusive ? 'at least' : 'above']
      : [issue.maximum, issue.inclusive ? 'at most' : 'below'];
  if (issue.inst instanceof z.ZodTuple) return `${issue.inst._zod.def.items.length} elements`;
  if (issue.origin === 'array') return `${word} ${limit} element${limit === 1 ? '' : 's'}`;
  return `a number ${word === 'at least' || word === 'at most' ? `of ${word}` : word} ${limit}`;
}

/**
 * Puts what a schema wanted, in words, in the place of each issue's message; for unknown keys, the known ones in JSON, which
 * no other way leads to.
 */
export const describeIssue: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'unrecognized_keys':
      return JSON.stringify(issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape) : []);
    case 'invalid_type': {
      if (issue.inst instanceof z.ZodDiscriminatedUnion) {
        const { discriminator } = issue.inst._zod.def;
        return `${discriminator === 'type' ? 'a name or ' : ''}an object with a ${discriminator}`;
      }
      const isWhole = issue.inst instanceof z.ZodNumberFormat;
      return isWhole ? 'an integer' : (TYPES[issue.expected] ?? `a ${issue.expected}`);
    }
    case 'too_small':
    case 'too_big':
      return bound(issue);
    case 'invalid_value':
      return oneOf(issue.values);
    case 'invalid_union':
      return issue.inst instanceof z.ZodDiscriminatedUnion
        ? oneOf(discriminants(issue))
        : [...new Set(issue.errors.map(([first]) => first?.message ?? ''))].join(' or ');
    default:
      return undefined;
  }
};

const discriminants = (issue: object): readonly unknown[] =>
  'options' in issue && Array.isArray(issue.options) ? issue.options : [];

/** The names that an issue would have taken. */
const names = (issue: z.core.$ZodIssue): readonly string[] => {
  const values: readonly unknown[] =
    issue.code === 'invalid_value'
      ? issue.values
      : issue.code === 'invalid_union'
        ? [...discriminants(issue), ...issue.errors.flat().flatMap(names)]
        : [];
  return values.filter((value) => typeof value === 'string');
};

/** The value at a path, where a name stands for an object with that `type`. */
function valueAt(value: unknown, path: JsonPath): unknown {
  let found = value;
  for (const key of path) {
    if (key === 'type' && typeof found === 'string') continue;
    found = typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined;
  }
  return found;
}

/** What text was probably meant to be: `"True"`, `"0.1"` and `"0,1"` are no values of the types that they look like. */
function meantValue(got: unknown): number | boolean | undefined {
  if (typeof got !== 'string' || got.length > maxText) return undefined;
  const value = readBareValue(/^[+-]?\d*,\d+$/.test(got) ? got.replace(',', '.') : got);
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}

const isNone = (got: unknown): boolean => typeof got === 'string' && /^(none|nil|undefined)$/i.test(got);

/** The issues of a schema that was given {@link describeIssue}, as findings, one after the other. */
export function* findingsOf(error: z.ZodError, value: unknown): Generator<Finding, void> {
  for (const issue of error.issues) {
    const path = issue.path.filter((key) => typeof key !== 'symbol');
    if (issue.code === 'unrecognized_keys') {
      const known: string[] = JSON.parse(issue.message);
      for (const key of issue.keys) {
        const suggestion = nearest(key, known);
        const hint = question(suggestion) || `; expected one of ${known.join(', ')}`;
        yield { path: [...path, key], message: `unknown key${hint}`, part: 'key', ...suggested(suggestion) };
      }
      continue;
    }
    const got = valueAt(value, path);
    const suggestion = nearest(got, names(issue)) ?? meantValue(got);
    const hint = question(suggestion) || (isNone(got) ? '; null removes the key' : '');
    yield {
      path,
      message: `expected ${issue.message}, got ${describeValue(got)}${hint}`,
      ...suggested(suggestion),
    };
  }
}

const suggested = (suggestion: Finding['suggestion']): Pick<Finding, 'suggestion'> =>
  suggestion === undefined ? {} : { suggestion };

/** Problems that an error lists; a document may have any number. */
const maxProblems = 20;

/** The error for findings, each put where `locate` says; of many, the first, and how many more there are. */
export function experimentError(
  findings: Iterable<Finding>,
  locate: Locate,
  limit = maxProblems,
): ExperimentError {
  const problems: Problem[] = [];
  let more = 0;
  for (const finding of findings) {
    if (problems.length < limit) problems.push({ ...finding, ...locate(finding.path, finding.part) });
    else if (++more === limit) break;
  }
  if (more > 0) {
    const count = more === limit ? `${more} or more` : `${more}`;
    problems.push({ path: [], message: `and ${count} further problems`, origin: problems[0]!.origin });
  }
  return new ExperimentError(problems);
}
