import type { CliLocation } from './find-cli.ts';

/** A process to start. */
export interface CommandLine {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A command of the command line. Scripts run in the editor's own Node.js.
 *
 * @param execPath The editor's program, which is Electron on a desktop.
 */
export function commandLine(
  place: CliLocation,
  args: readonly string[],
  execPath = process.execPath,
): CommandLine {
  return place.isScript
    ? { program: execPath, args: [place.path, ...args], env: { ELECTRON_RUN_AS_NODE: '1' } }
    : { program: place.path, args, env: {} };
}

export interface TrainRequest {
  /** A file, or the name of a built-in experiment; nothing where a run is resumed. */
  readonly experiment?: string | undefined;
  /** Changes such as `optimizer.lr=0.01`. */
  readonly set?: readonly string[] | undefined;
  readonly runDir?: string | undefined;
  readonly resume?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

/** Arguments of `kindling train`. */
export const trainArgs = ({ experiment, set = [], runDir, resume, dryRun }: TrainRequest): string[] => [
  'train',
  ...(experiment === undefined ? [] : [experiment]),
  ...set.flatMap((change) => ['--set', change]),
  ...(runDir === undefined ? [] : ['--run-dir', runDir]),
  ...(resume ? ['--resume'] : []),
  ...(dryRun ? ['--dry-run'] : []),
];

/**
 * Changes of settings in one line, separated by spaces; a value in quotes may have spaces: `optimizer.lr=0.01 description="a b"`.
 *
 * @returns the changes, or the first piece that is none.
 */
export function parseOverrides(
  text: string,
): { readonly set: readonly string[] } | { readonly wrong: string } {
  const set: string[] = [];
  let rest = text.trimStart();
  while (rest !== '') {
    const [all, path, double, single, plain] = change.exec(rest) ?? [];
    if (all === undefined) return { wrong: rest.split(/\s/)[0]! };
    set.push(`${path}=${double?.replaceAll(/\\(["\\])/g, '$1') ?? single ?? plain}`);
    rest = rest.slice(all.length);
  }
  return { set };
}

const change = /^([\w.[\]-]+)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"']\S*|))(?:\s+|$)/s;
