import { KindlingError } from '@kindling/core';
import { nearestName } from '@kindling/data';
import { z } from 'zod';
import type { JsonPath, Position } from './json-document.ts';

/** What is wrong, and at which path. */
export interface Finding {
  readonly path: JsonPath;
  /** `expected …, got …` */
  readonly message: string;
}

/** Something in an experiment that is not as it should be, and where a person finds it. */
export interface Problem extends Finding {
  /** What it was written in: a file, a built-in name, a `--set`. */
  readonly origin: string;
  /** Where the file has it. */
  readonly position?: Position | undefined;
}

/** `["model", 0, "out"]` as `--set` takes it: `model.0.out`. */
export const formatPath = (path: JsonPath): string => path.join('.');

/** An experiment that cannot be run as it is written. Lists everything that was found. */
export class ExperimentError extends KindlingError {
  override readonly name = 'ExperimentError';
  readonly problems: readonly Problem[];

  constructor(...problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

function formatProblem({ path, message, origin, position }: Problem): string {
  const place = position === undefined ? '' : `:${position.line}:${position.column}`;
  return `${origin}${place}: ${path.length > 0 ? `${formatPath(path)}: ` : ''}${message}`;
}

/** A value, short enough for a message. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 1 ? 'a list of 1' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** `; did you mean "adam"?`, where a name is near enough. */
export function didYouMean(name: unknown, known: readonly string[]): string {
  const near = typeof name === 'string' ? nearestName(name, known) : undefined;
  return near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`;
}

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a string',
  tuple: 'a list',
};

const oneOf = (values: readonly unknown[]): string => {
  const shown = values.map((value) => JSON.stringify(value));
  return shown.length === 1 ? shown[0]! : `one of ${shown.join(', ')}`;
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
      return isWhole ? 'a whole number' : (TYPES[issue.expected] ?? `a ${issue.expected}`);
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

/** The issues of a schema that was given {@link describeIssue}, as findings. */
export function findingsOf(error: z.ZodError, value: unknown): Finding[] {
  return error.issues.flatMap((issue): Finding[] => {
    const path = issue.path.filter((key) => typeof key !== 'symbol');
    if (issue.code === 'unrecognized_keys') {
      const known: string[] = JSON.parse(issue.message);
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: `unknown key${didYouMean(key, known) || `; expected one of ${known.join(', ')}`}`,
      }));
    }
    const got = valueAt(value, path);
    const hint = didYouMean(got, names(issue));
    return [{ path, message: `expected ${issue.message}, got ${describeValue(got)}${hint}` }];
  });
}
