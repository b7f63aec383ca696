import { readBareValue } from './bare-value.ts';
import { describeValue, ExperimentError } from './problem.ts';
import { expandName } from './tagged.ts';

/** A change to an experiment: `null` takes the key away. */
export interface Override {
  readonly path: readonly string[];
  readonly value: unknown;
}

const ORIGIN = '--set';

/** Keys that a path may have: more than the levels of any document. */
const maxPath = 100;

/**
 * Reads `optimizer.lr=0.01`: a path of keys and indices joined by dots, and a value in JSON. What is not JSON is a string, so
 * that `loss=bce` needs no quotes, but for other spellings of numbers (`.01`, `+1`, `–1`), `True`, and lists (`[accuracy]`).
 *
 * @throws ExperimentError without `=`, for a path with an empty key, and for an object or a list that is no JSON.
 */
export function parseOverride(text: string): Override {
  const [, joined, written] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const path = joined?.trim().split('.') ?? [];
  const refuse = (expected: string, got: string): ExperimentError =>
    new ExperimentError({
      origin: ORIGIN,
      path: [],
      message: `expected ${expected}, got ${describeValue(got)}`,
    });
  if (written === undefined || path.some((key) => key === '')) {
    throw refuse('path=value, such as optimizer.lr=0.01', text);
  }
  if (path.length > maxPath) throw refuse(`a path of at most ${maxPath} keys`, text);
  const value = readBareValue(written);
  if (typeof value === 'string' && /^\s*[[{]/.test(written)) {
    throw refuse(`JSON, with "…" around keys and words, for ${path.join('.')}`, value);
  }
  return { path, value };
}

/**
 * The document with changes made to it, one after the other; the document itself stays as it is. Objects that a path leads
 * through are made where they are missing, names are written out (`optimizer.lr` turns `"adam"` into an object), and the index
 * after a list's last adds an element.
 *
 *     applyOverrides(document, ['optimizer.lr=0.01', 'model.0.out=20', 'loss=bce', 'earlyStopping=null'])
 *
 * @throws ExperimentError for an index that a list does not have, or a path that leads into a number.
 */
export function applyOverrides(document: unknown, overrides: readonly (string | Override)[]): unknown {
  return overrides
    .map((override) => (typeof override === 'string' ? parseOverride(override) : override))
    .map(checkLength)
    .reduce((changed, override) => set(changed, override, 0), document);
}

function checkLength(override: Override): Override {
  if (override.path.length <= maxPath) return override;
  const message = `expected a path of at most ${maxPath} keys, got ${override.path.length}`;
  throw new ExperimentError({ origin: ORIGIN, path: override.path.slice(0, 3), message });
}

/** The holder of `path[depth]` with the value put in its place. */
function set(holder: unknown, override: Override, depth: number): unknown {
  const { path, value } = override;
  const key = path[depth]!;
  const isLast = depth === path.length - 1;
  const inner = (before: unknown): unknown => (isLast ? value : set(before, override, depth + 1));
  const refuse = (expected: string, got: string): never => {
    const message = `expected ${expected}, got ${got}`;
    throw new ExperimentError({ origin: ORIGIN, path: path.slice(0, depth + 1), message });
  };

  const target = expandName(holder) ?? {};
  if (Array.isArray(target)) {
    const index = /^\d+$/.test(key) ? Number(key) : -1;
    if (index < 0 || index > target.length) {
      return refuse(`an index from 0 to ${target.length}`, JSON.stringify(key));
    }
    if (isLast && value === null) return target.filter((_, i) => i !== index);
    return Object.assign([...target], { [index]: inner(target[index]) });
  }
  if (typeof target !== 'object') {
    return refuse('a path that ends before it', `a key inside ${describeValue(target)}`);
  }
  const entries = Object.entries(target);
  if (isLast && value === null) return Object.fromEntries(entries.filter(([name]) => name !== key));
  const before = entries.find(([name]) => name === key)?.[1];
  return Object.fromEntries([...entries.filter(([name]) => name !== key), [key, inner(before)]]);
}
