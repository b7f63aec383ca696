import { ArgumentError } from '@kindling/core';
import { assertNumber, assertWhole, checkOptions, describeValue } from '@kindling/core/internal';
import type { SampleEvent, SampleKind } from '../events/event.ts';
import { assertText, countsOf, type Numbers, numbersOf } from './logged-numbers.ts';

/** What each sample of a loop of one's own may be called. */
export interface SampleOptions {
  /** Tells several samples of a kind apart: `discriminator`. */
  readonly name?: string | undefined;
  /** Which samples are shown: `train`, `validation`, `test`. */
  readonly split?: string | undefined;
}

export interface LoggedConfusionMatrix extends SampleOptions {
  /** Row i, column j: the number of samples of class i that were predicted as class j. */
  readonly counts: readonly (readonly number[])[];
  /** Default: the numbers of the classes. */
  readonly classes?: readonly string[] | undefined;
}

export interface LoggedPredictions extends SampleOptions {
  /** Columns by name. Default: none. */
  readonly input?: Readonly<Record<string, Numbers>> | undefined;
  readonly target: Readonly<Record<string, Numbers>>;
  readonly prediction: Readonly<Record<string, Numbers>>;
}

type Sample<K extends SampleKind> = Omit<
  Extract<SampleEvent, { kind: K }>,
  'type' | 'epoch' | 'step' | 'time'
>;

/** Name and split, checked. */
export function sampleLabels(op: string, { name, split }: SampleOptions): SampleOptions {
  if (name !== undefined) assertText(op, 'name', name);
  if (split !== undefined) assertText(op, 'split', split);
  return { ...(name === undefined ? {} : { name }), ...(split === undefined ? {} : { split }) };
}

/** @throws {ArgumentError} unless counts are a square of integers, with a name for each row. */
export function confusionMatrixSample(options: LoggedConfusionMatrix): Sample<'confusionMatrix'> {
  const op = 'logConfusionMatrix';
  checkOptions<LoggedConfusionMatrix>(op, options, { counts: true, classes: true, name: true, split: true });
  const { counts: given, classes: names } = options;
  if (!Array.isArray(given)) {
    throw new ArgumentError(`${op}: expected counts to be rows of numbers, got ${describeValue(given)}`);
  }
  const counts = given.map((row, i) => countsOf(op, `counts[${i}]`, row));
  const classes = names === undefined ? counts.map((_, i) => String(i)) : [...names];
  for (const [i, name] of classes.entries()) assertText(op, `classes[${i}]`, name);
  const ragged = counts.find((row) => row.length !== counts.length);
  if (ragged !== undefined || classes.length !== counts.length) {
    const got = ragged === undefined ? `${classes.length} classes` : `a row of ${ragged.length}`;
    throw new ArgumentError(
      `${op}: expected ${counts.length} rows of ${counts.length} counts, and a name for each, got ${got}`,
    );
  }
  return { kind: 'confusionMatrix', ...sampleLabels(op, options), classes, counts };
}

/** @throws {ArgumentError} unless all columns are numbers and of one length. */
export function predictionsSample(options: LoggedPredictions): Sample<'predictions'> {
  const op = 'logPredictions';
  checkOptions<LoggedPredictions>(op, options, {
    input: true,
    target: true,
    prediction: true,
    name: true,
    split: true,
  });
  let rows: number | undefined;
  const columns = (name: string, given: unknown): Record<string, number[]> => {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw new ArgumentError(`${op}: expected ${name} to be columns by name, got ${describeValue(given)}`);
    }
    return Object.fromEntries(
      Object.entries(given).map(([key, values]) => {
        const column = numbersOf(op, `${name}.${key}`, values);
        rows ??= column.length;
        if (column.length !== rows) {
          throw new ArgumentError(
            `${op}: expected ${name}.${key} to have ${rows} rows, as the column before it, got ${column.length}`,
          );
        }
        return [key, column];
      }),
    );
  };
  const { input = {}, target, prediction } = options;
  return {
    kind: 'predictions',
    ...sampleLabels(op, options),
    input: columns('input', input),
    target: columns('target', target),
    prediction: columns('prediction', prediction),
  };
}

/**
 * Equal bins from the smallest to the largest value; one of width 1 around a single value.
 *
 * @throws {ArgumentError} for anything but numbers, and a number of bins that is not from 1 to 10,000.
 */
export function histogramSample(
  name: string,
  values: Numbers,
  options: { readonly bins?: number | undefined },
): Sample<'histogram'> {
  const op = 'logHistogram';
  assertText(op, 'name', name);
  const { bins = 30 } = checkOptions(op, options, { bins: true });
  assertWhole(op, 'bins', bins, 1, 10_000);
  const all = numbersOf(op, 'values', values);
  const finite = all.filter(Number.isFinite);
  let low = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  let high = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (finite.length === 0) [low, high] = [0, 1];
  else if (low === high) [low, high] = [low - 0.5, high + 0.5];
  // Halves, because the range of two finite numbers may not be finite.
  const width = high / bins - low / bins;
  const counts = new Array<number>(bins).fill(0);
  for (const value of finite) {
    const bin = width > 0 ? Math.floor((value - low) / width) : 0;
    counts[Math.min(bins - 1, Math.max(0, Number.isNaN(bin) ? bins - 1 : bin))]!++;
  }
  const edges = Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low + i * width));
  const nonFinite = all.length - finite.length;
  return { kind: 'histogram', name, edges, counts, ...(nonFinite === 0 ? {} : { nonFinite }) };
}

/** @throws {ArgumentError} unless all are numbers. */
export function gradientNormsSample(norms: Readonly<Record<string, number>>): Sample<'gradientNorms'> {
  const op = 'logGradientNorms';
  if (typeof norms !== 'object' || norms === null || Array.isArray(norms)) {
    throw new ArgumentError(`${op}: expected norms by the parameter's name, got ${describeValue(norms)}`);
  }
  for (const [name, norm] of Object.entries(norms)) assertNumber(op, name, norm);
  return { kind: 'gradientNorms', parameters: Object.keys(norms), norms: Object.values(norms) };
}
