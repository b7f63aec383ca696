import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';

/** Where the command line was found. */
export type CliSource = 'workspace' | 'setting' | 'global';

export interface CliLocation {
  readonly source: CliSource;
  /** The script or program. */
  readonly path: string;
  /** Whether it is a script, which Node.js runs. */
  readonly isScript: boolean;
  /** Of its package, where it is in one. */
  readonly version: string | undefined;
}

export interface CliSearch {
  /** Folders of the workspace. */
  readonly folders: readonly string[];
  /** Code of a workspace that is not trusted is never run. */
  readonly isTrusted: boolean;
  /** `kindling.cliPath`: a script, a program, or the folder of the package; relative to the first folder. */
  readonly setting: string;
  /** The variable `PATH`. */
  readonly path: string;
}

/** The command line, and what is wrong with the setting where it was passed over. */
export interface CliFinding {
  readonly place: CliLocation | undefined;
  /** What `kindling.cliPath` names where there is nothing to run. */
  readonly missing?: string;
}

/** Looks for the command line: in the workspace, then where the setting says, then in the folders of `PATH`. */
export function findCli({ folders, isTrusted, setting, path }: CliSearch): CliFinding {
  const inWorkspace = isTrusted ? firstOf(folders, workspaceCli) : undefined;
  if (inWorkspace !== undefined) return { place: inWorkspace };
  // What a workspace that is not trusted says is passed over.
  if (setting.trim() === '' || !isTrusted) return { place: globalCli(path) };
  const named = resolve(folders[0] ?? homedir(), setting.trim());
  const place = cliAt(named, 'setting');
  return place === undefined ? { place: globalCli(path), missing: named } : { place };
}

/** The folder's own package, as in a checkout, or the package that is installed in it or above it. */
function workspaceCli(folder: string): CliLocation | undefined {
  const own = packageCli(folder, 'workspace');
  if (own !== undefined) return own;
  for (let at = folder; ; at = dirname(at)) {
    const installed = packageCli(join(at, 'node_modules', 'kindling'), 'workspace');
    if (installed !== undefined || at === dirname(at)) return installed;
  }
}

const globalCli = (path: string): CliLocation | undefined =>
  firstOf(
    // A relative folder would be one of the workspace.
    path.split(delimiter).filter(isAbsolute),
    (folder) =>
      process.platform === 'win32'
        ? packageCli(join(folder, 'node_modules', 'kindling'), 'global')
        : cliAt(join(folder, 'kindling'), 'global'),
  );

/** What a path names: a script, a program, or the folder of a package. */
function cliAt(path: string, source: CliSource): CliLocation | undefined {
  try {
    const target = realpathSync(path);
    const stats = statSync(target);
    if (stats.isDirectory()) return packageCli(target, source);
    if (/\.[cm]?js$/.test(target)) {
      return { source, path: target, isScript: true, version: versionOf(dirname(dirname(target))) };
    }
    const isProgram = stats.isFile() && (process.platform === 'win32' || (stats.mode & 0o111) !== 0);
    return isProgram ? { source, path, isScript: false, version: undefined } : undefined;
  } catch {
    return undefined;
  }
}

/** The program `kindling` of the package in a folder. */
function packageCli(folder: string, source: CliSource): CliLocation | undefined {
  const { name, bin, version } = manifestOf(folder);
  // A package with one program gives it the package's name.
  const programs = typeof bin === 'string' ? (name === 'kindling' ? { kindling: bin } : undefined) : bin;
  const script = (programs as { readonly kindling?: unknown } | null | undefined)?.kindling;
  if (typeof script !== 'string') return undefined;
  const path = join(folder, script);
  if (!existsSync(path)) return undefined;
  return { source, path, isScript: true, version: typeof version === 'string' ? version : undefined };
}

function versionOf(folder: string): string | undefined {
  const { version } = manifestOf(folder);
  return typeof version === 'string' ? version : undefined;
}

function manifestOf(folder: string): {
  readonly name?: unknown;
  readonly bin?: unknown;
  readonly version?: unknown;
} {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return typeof manifest === 'object' && manifest !== null ? manifest : {};
  } catch {
    return {};
  }
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
