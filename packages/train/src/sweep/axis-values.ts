import { nearestName } from '@kindling/core/internal';
import { readBareValue } from '../experiment/bare-value.ts';
import { describeValue } from '../experiment/problem.ts';

/** The values that an axis of a sweep takes: a list, or every number between two bounds. */
export type AxisValues =
  | { readonly type: 'choice'; readonly values: readonly unknown[] }
  | { readonly type: 'uniform' | 'log'; readonly low: number; readonly high: number };

/** Makes the error for values that cannot be read from its message: `expected …, got …`. */
export type Refuse = (message: string) => Error;

/** Values that a list or a range may have. */
export const MAX_VALUES = 10_000;

const FUNCTIONS = ['choice', 'log', 'uniform'] as const;
const CALL = /^\s*([A-Za-z]\w*)\s*\((.*)\)\s*$/s;
/** Two numbers with two dots between them; whether they are integers is checked later. */
const RANGE =
  /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*\.\.\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*$/;

/**
 * Reads the values of an axis as a command line has them.
 *
 *     0.1,0.01            a list; each value is read as `--set` reads it, so that JSON and words may stand in it
 *     1..5                integers, both ends included; also within a list
 *     choice(relu,tanh)   the same as a list, and an axis even with one value
 *     uniform(0,0.5)      any number from the first to the second
 *     log(1e-4,1e-1)      any number, its logarithm uniform
 *
 * A single value outside of `choice` comes back as a list of one.
 *
 * @throws what `refuse` makes
 */
export function parseAxisValues(written: string, refuse: Refuse): AxisValues {
  const [, name, inner = ''] = CALL.exec(written) ?? [];
  if (name === undefined) return listOf(written, refuse);
  const known = FUNCTIONS.find((one) => one === name);
  if (known === undefined) {
    const meant = nearestName(name, FUNCTIONS);
    const hint = meant === undefined ? '' : `; did you mean ${meant}(${inner})?`;
    throw refuse(`expected choice(…), log(…) or uniform(…), got ${describeValue(`${name}(…)`)}${hint}`);
  }
  return known === 'choice' ? listOf(inner, refuse) : interval(known, inner, refuse);
}

/** Whether text stands for more than one value, or names how values are drawn. */
export const isAxis = (written: string, values: AxisValues): boolean =>
  values.type !== 'choice' || values.values.length > 1 || CALL.test(written) || RANGE.test(written);

/** @throws what `refuse` makes, for bounds that enclose no numbers, or none with a logarithm */
export function checkInterval(type: 'uniform' | 'log', low: number, high: number, refuse: Refuse): void {
  const given = `${type}(${low},${high})`;
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    throw refuse(`expected finite bounds in ${type}(low,high), got ${given}`);
  }
  if (type === 'log' && low <= 0) throw refuse(`expected bounds above 0 in log(low,high), got ${given}`);
  if (low >= high) throw refuse(`expected low < high in ${type}(low,high), got ${given}`);
}

function interval(type: 'uniform' | 'log', inner: string, refuse: Refuse): AxisValues {
  const bounds = pieces(inner, refuse).map(readBareValue);
  const [low, high] = bounds;
  if (bounds.length !== 2 || typeof low !== 'number' || typeof high !== 'number') {
    throw refuse(`expected two numbers in ${type}(low,high), got ${describeValue(`${type}(${inner})`)}`);
  }
  checkInterval(type, low, high, refuse);
  return { type, low, high };
}

function listOf(written: string, refuse: Refuse): AxisValues {
  const values: unknown[] = [];
  for (const piece of pieces(written, refuse)) {
    values.push(...valuesOf(piece, refuse));
    if (values.length > MAX_VALUES) throw refuse(`expected at most ${MAX_VALUES} values, got more`);
  }
  const texts = values.map((value) => JSON.stringify(value));
  const again = texts.find((text, i) => texts.indexOf(text) < i);
  if (again !== undefined) throw refuse(`expected each value once, got ${again} again`);
  return { type: 'choice', values };
}

function valuesOf(piece: string, refuse: Refuse): readonly unknown[] {
  const [, first, last] = RANGE.exec(piece) ?? [];
  if (first === undefined || last === undefined) {
    const [, name] = CALL.exec(piece) ?? [];
    if (name !== undefined && FUNCTIONS.some((known) => known === name)) {
      throw refuse(`expected ${name}(…) alone, got it in a list`);
    }
    const value = readBareValue(piece);
    if (typeof value === 'string' && /^\s*[[{]/.test(piece)) {
      throw refuse(`expected JSON, with "…" around keys and words, got ${describeValue(piece.trim())}`);
    }
    // Words of a list stand alone, whatever space there is around its commas.
    return [typeof value === 'string' && value === piece ? piece.trim() : value];
  }
  const [from, to] = [Number(first), Number(last)];
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) {
    throw refuse(`expected integers in first..last, got ${describeValue(piece.trim())}`);
  }
  if (from > to) throw refuse(`expected first <= last in first..last, got ${from}..${to}, which is empty`);
  if (to - from >= MAX_VALUES) {
    throw refuse(`expected at most ${MAX_VALUES} values, got ${to - from + 1} in ${from}..${to}`);
  }
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** Text cut at the commas that stand in no brackets and no quotes. */
function pieces(text: string, refuse: Refuse): string[] {
  const found = [''];
  let depth = 0;
  let quote: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]!;
    if (quote !== undefined) {
      if (letter === '\\') {
        found[found.length - 1] += letter + (text[++i] ?? '');
        continue;
      }
      if (letter === quote) quote = undefined;
    } else if (letter === '"' || (letter === "'" && found.at(-1)!.trim() === '')) {
      // An apostrophe within a word begins no quote.
      quote = letter;
    } else if ('[{('.includes(letter)) {
      depth++;
    } else if (']})'.includes(letter)) {
      depth = Math.max(0, depth - 1);
    } else if (letter === ',' && depth === 0) {
      found.push('');
      continue;
    }
    found[found.length - 1] += letter;
  }
  if (found.length > 1 || text.trim() === '') {
    if (found.some((piece) => piece.trim() === '')) {
      throw refuse(`expected a value before and behind each comma, got ${describeValue(text)}`);
    }
  }
  return found;
}
