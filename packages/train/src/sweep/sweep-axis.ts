import { readBareValue } from '../experiment/bare-value.ts';
import type { JsonPath } from '../experiment/json-document.ts';
import { type Change, setChange } from '../experiment/load-experiment.ts';
import { didYouMean, ExperimentError, type Locate } from '../experiment/problem.ts';
import { type AxisValues, isAxis, parseAxisValues, type Refuse } from './axis-values.ts';
import type { AxisDocument } from './sweep-schema.ts';

/** Something that changes from trial to trial. */
export interface SweepAxis {
  readonly name: string;
  readonly values: AxisValues;
  /** What a value changes. */
  changesOf(value: unknown): readonly Change[];
  /** As plain data: what the axis is, for comparison with that of another time. */
  readonly definition: object;
}

type Changes = Readonly<Record<string, unknown>>;

/** The axes of a sweep's document. @throws ExperimentError */
export const documentAxes = (axes: Readonly<Record<string, AxisDocument>>, locate: Locate): SweepAxis[] =>
  Object.entries(axes).map(([name, axis]) => documentAxis(name, axis, locate));

function documentAxis(name: string, { paths, values, options }: AxisDocument, locate: Locate): SweepAxis {
  const path: JsonPath = ['axes', name];
  const refuse: Refuse = (message) => new ExperimentError({ path, message, ...locate(path) });
  if ((values === undefined) === (options === undefined)) {
    throw refuse(`expected values or options, got ${values === undefined ? 'neither' : 'both'}`);
  }
  if (options !== undefined) {
    if (paths !== undefined) throw refuse('expected no paths with options, which name their own, got both');
    return optionsAxis(name, options, locate, refuse);
  }
  const read =
    typeof values === 'string'
      ? parseAxisValues(values, refuse)
      : ({ type: 'choice', values: values ?? [] } as const);
  return pathsAxis(name, paths ?? [name], read, (within, part) => {
    const at = typeof values === 'string' || within.length === 0 ? path : [...path, ...within];
    return locate(at, within.length === 0 ? part : undefined);
  });
}

function optionsAxis(
  name: string,
  options: Readonly<Record<string, Changes>>,
  locate: Locate,
  refuse: Refuse,
): SweepAxis {
  const names = Object.keys(options);
  if (names.length === 0) throw refuse('expected at least one of the options, got none');
  const numbers = names.map(readBareValue);
  // Names that are numbers have their order, in tables and along the axes of charts.
  const values = numbers.every((value) => typeof value === 'number') ? numbers : names;
  const changes = new Map<unknown, readonly Change[]>(
    values.map((value, i) => [
      value,
      Object.entries(options[names[i]!]!).map(([path, put]): Change => {
        const at = ['axes', name, 'options', names[i]!, path];
        return {
          override: { path: pathOf(path, locate(at, 'key')), value: put },
          locate: (within, part) => locate([...at, ...within], part),
        };
      }),
    ]),
  );
  return {
    name,
    values: { type: 'choice', values },
    changesOf: (value) => changes.get(value) ?? [],
    definition: { options },
  };
}

const pathsAxis = (name: string, paths: readonly string[], values: AxisValues, locate: Locate): SweepAxis => {
  const split = paths.map((path) => pathOf(path, locate([], 'key')));
  return {
    name,
    values,
    changesOf: (value) => split.map((path) => ({ override: { path, value }, locate })),
    definition: { paths, ...values },
  };
};

function pathOf(path: string, place: ReturnType<Locate>): readonly string[] {
  const keys = path.split('.');
  if (!keys.includes('')) return keys;
  const message = `expected a path of keys joined by dots, such as optimizer.lr, got ${JSON.stringify(path)}`;
  throw new ExperimentError({ path: [], message, ...place });
}

/** Axes, and changes that are the same for each trial. */
export interface SweepSpace {
  readonly axes: readonly SweepAxis[];
  readonly fixed: readonly { readonly text: string; readonly change: Change }[];
}

/**
 * Adds `--set path=values` to the axes of a document: several values are an axis, one is a change to every trial, and the name of an
 * axis that is there gets other values.
 *
 * @throws ExperimentError for values that cannot be read, and a path that is set twice
 */
export function withSettings(own: readonly SweepAxis[], set: readonly string[]): SweepSpace {
  const axes = [...own];
  const fixed: SweepSpace['fixed'][number][] = [];
  const seen = new Set<string>();
  for (const text of set) {
    const origin = `--set ${text}`;
    const refuse: Refuse = (message) => new ExperimentError({ origin, path: [], message });
    const [, joined, written] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    const name = joined?.trim() ?? '';
    if (written === undefined || name === '' || name.split('.').includes('')) {
      throw refuse('expected path=values, such as optimizer.lr=0.1,0.01, got no path or no values');
    }
    if (seen.has(name)) throw refuse(`expected ${name} once, got it twice`);
    seen.add(name);
    const at = axes.findIndex((axis) => axis.name === name);
    const before = axes[at];
    const values = parseAxisValues(written, refuse);
    if (before !== undefined) axes[at] = narrowed(before, values, origin, refuse);
    else if (isAxis(written, values)) axes.push(pathsAxis(name, [name], values, () => ({ origin })));
    else fixed.push({ text, change: setChange(text) });
  }
  return { axes, fixed };
}

/** An axis of a document with other values; of named options, some of them. */
function narrowed(axis: SweepAxis, values: AxisValues, origin: string, refuse: Refuse): SweepAxis {
  const { name, definition, changesOf } = axis;
  if ('options' in definition) {
    const known = axis.values.type === 'choice' ? axis.values.values : [];
    const given = values.type === 'choice' ? values.values : [];
    const unknown = given.find((value) => !known.includes(value));
    if (values.type !== 'choice' || unknown !== undefined) {
      const hint = didYouMean(unknown, known.map(String));
      const got = unknown === undefined ? `${values.type}(…)` : JSON.stringify(unknown);
      throw refuse(`expected options of the axis ${name} (${known.join(', ')}), got ${got}${hint}`);
    }
    return { name, values, changesOf, definition: { ...definition, only: given } };
  }
  const paths = changesOf(undefined).map(({ override }) => override.path.join('.'));
  return pathsAxis(name, paths, values, () => ({ origin }));
}
