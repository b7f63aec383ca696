/** A setting: a value that is no branch of a document. Undefined where a run has none. */
type Setting = unknown;

/** Texts of an experiment that say what others set. */
const PROSE = ['name', 'description'];

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
