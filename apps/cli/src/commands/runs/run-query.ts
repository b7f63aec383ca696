import { nearestName } from '@kindling/core/internal';
import { readRunSettings } from '@kindling/train';
import { UsageError } from '../../usage-error.ts';
import type { Listed } from './run-table.ts';

/** What a run is asked for: a value of its summary, a metric, or a setting. */
type Value = string | number | boolean;

const operators = ['<=', '>=', '!=', '=', '<', '>', '~'] as const;
type Operator = (typeof operators)[number];

interface Condition {
  readonly text: string;
  readonly key: string;
  readonly operator: Operator;
  readonly value: string;
}

/** Keys that every run has. */
const ownKeys = [
  'name',
  'state',
  'experiment',
  'device',
  'parameters',
  'epoch',
  'epochs',
  'step',
  'started',
  'seconds',
  'reason',
  'best',
];

/**
 * A value of a run by its key: `state`, `step`, `validation.loss`, `best`, or a setting of its experiment or its `config`, such as `optimizer.lr`.
 * Undefined where the run has none.
 */
export function valueOfRun(run: Listed, key: string): Value | undefined {
  if (key === 'name' || key === 'state') return run[key];
  if (run.state === 'damaged') return undefined;
  const { metrics, best, ...rest } = run.summary;
  if (key === 'best') return best?.value;
  const own: unknown = ownKeys.includes(key) ? Reflect.get(rest, key) : valueAt(metrics, key);
  return isValue(own) ? own : settingOf(run, key);
}

function settingOf(run: Listed, key: string): Value | undefined {
  try {
    const found = valueAt(readRunSettings(run.folder), key);
    return isValue(found) ? found : undefined;
  } catch {
    // A run whose settings cannot be read has none.
    return undefined;
  }
}

function valueAt(holder: unknown, key: string): unknown {
  let found = holder;
  for (const name of key.split('.')) {
    found =
      typeof found === 'object' && found !== null && Object.hasOwn(found, name)
        ? Reflect.get(found, name)
        : undefined;
  }
  return found;
}

const isValue = (value: unknown): value is Value => ['string', 'number', 'boolean'].includes(typeof value);

function parseCondition(text: string): Condition {
  const [, key, operator, value] = /^([\w.-]+?)\s*(<=|>=|!=|=|<|>|~)\s*(.*)$/s.exec(text) ?? [];
  const known = operators.find((one) => one === operator);
  if (key !== undefined && known !== undefined && value !== undefined)
    return { text, key, operator: known, value };
  const expected = 'a key, one of = != < <= > >= ~, and a value, such as validation.loss<0.1';
  throw new UsageError(`--filter: expected ${expected}, got ${JSON.stringify(text)}`);
}

function meets(found: Value | undefined, { operator, value }: Condition): boolean {
  if (found === undefined) return operator === '!=';
  const [left, right] = [Number(found), Number(value)];
  const areNumbers = value.trim() !== '' && !Number.isNaN(right) && typeof found === 'number';
  switch (operator) {
    case '=':
      return areNumbers ? left === right : String(found) === value;
    case '!=':
      return areNumbers ? left !== right : String(found) !== value;
    case '~':
      return String(found).includes(value);
    case '<':
      return areNumbers && left < right;
    case '<=':
      return areNumbers && left <= right;
    case '>':
      return areNumbers && left > right;
    case '>=':
      return areNumbers && left >= right;
  }
}

/** @throws UsageError for a key that no run has. */
function checkKey(flag: string, key: string, runs: readonly Listed[]): void {
  const isKnown =
    ownKeys.includes(key) || runs.length === 0 || runs.some((run) => valueOfRun(run, key) !== undefined);
  if (isKnown) return;
  const metrics = runs.flatMap((run) =>
    run.state === 'damaged'
      ? []
      : Object.entries(run.summary.metrics).flatMap(([split, values]) =>
          Object.keys(values ?? {}).map((name) => `${split}.${name}`),
        ),
  );
  const known = [...ownKeys, ...new Set(metrics)];
  const near = nearestName(key, known);
  const hint =
    near === undefined
      ? `; keys are ${known.join(', ')}, and settings such as optimizer.lr`
      : `; did you mean ${near}?`;
  throw new UsageError(`${flag}: expected a key of a run, got ${JSON.stringify(key)}${hint}`);
}

/** The runs that meet every condition. @throws UsageError for a condition that is none, and a key that no run has. */
export function filterRuns(runs: readonly Listed[], conditions: readonly string[]): readonly Listed[] {
  const parsed = conditions.map(parseCondition);
  for (const { key } of parsed) checkKey('--filter', key, runs);
  return runs.filter((run) => parsed.every((condition) => meets(valueOfRun(run, condition.key), condition)));
}

/** The runs by a value of theirs, the least first; those without one come last. @throws UsageError for a key that no run has. */
export function sortRuns(runs: readonly Listed[], key: string, isReversed: boolean): readonly Listed[] {
  checkKey('--sort', key, runs);
  const direction = isReversed ? -1 : 1;
  const keyed = runs.map((run) => ({ run, value: valueOfRun(run, key) }));
  return keyed
    .toSorted((a, b) => {
      const [isLeftKnown, isRightKnown] = [isKnown(a.value), isKnown(b.value)];
      if (!isLeftKnown || !isRightKnown) return Number(isRightKnown) - Number(isLeftKnown);
      return direction * compare(a.value!, b.value!);
    })
    .map(({ run }) => run);
}

const isKnown = (value: Value | undefined): boolean => value !== undefined && !Number.isNaN(value);

function compare(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
