/** A setting: a value that is no branch of a document. Undefined where a run has none. */
type Setting = unknown;

/** Texts of an experiment that say what others set. */
const PROSE = ['name', 'description'];

/** Settings by their dotted paths, in the document's order: `model.0.out`. A list of plain values is one setting. */
export function flatSettings(document: unknown): ReadonlyMap<string, Setting> {
  const found = new Map<string, Setting>();
  const visit = (value: unknown, path: string): void => {
    const entries = isBranch(value) ? Object.entries(value) : [];
    if (entries.length === 0) found.set(path === '' ? 'config' : path, value);
    for (const [key, below] of entries) visit(below, path === '' ? key : `${path}.${key}`);
  };
  visit(document, '');
  return found;
}

const isBranch = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  !(Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null));

/** Paths whose settings are not the same in all of the runs, in the order of their first appearance. */
export function differingPaths(runs: readonly ReadonlyMap<string, Setting>[]): readonly string[] {
  const paths = new Set(runs.flatMap((settings) => [...settings.keys()]));
  return [...paths].filter(
    (path) => !PROSE.includes(path) && new Set(runs.map((settings) => textOf(settings.get(path)))).size > 1,
  );
}

/** A setting in short: a text without quotes, else JSON; `-` where there is none. */
export function settingText(value: Setting): string {
  if (value === undefined) return '-';
  const text = typeof value === 'string' ? value : textOf(value);
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN - 1)}…`;
}

const MAX_SHOWN = 32;

const textOf = (value: Setting): string => (value === undefined ? '' : JSON.stringify(value));
