import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import { assertHas } from './given-argument.ts';

/** What {@link dataDir} looks at. */
export interface DataDirContext {
  /** Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default `process.platform`. */
  readonly platform?: NodeJS.Platform;
  /** Default the home folder of the user. */
  readonly home?: string;
}

/**
 * The folder where data files are looked for and downloaded to: `KINDLING_DATA_DIR`, else `kindling` in the platform's
 * cache folder.
 *
 * | platform | cache folder |
 * |---|---|
 * | Linux and others | `XDG_CACHE_HOME` if it is an absolute path, else `~/.cache` |
 * | macOS | `~/Library/Caches` |
 * | Windows | `LOCALAPPDATA`, else `~\AppData\Local` |
 *
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function dataDir(context: DataDirContext = {}): string {
  assertHas('dataDir', 'context', context);
  const { env = process.env, platform = process.platform, home = homedir() } = context;
  const path = platform === 'win32' ? win32 : posix;
  if (env.KINDLING_DATA_DIR) return path.resolve(env.KINDLING_DATA_DIR);
  if (platform === 'win32')
    return path.join(env.LOCALAPPDATA || path.join(home, 'AppData', 'Local'), 'kindling');
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'kindling');
  // A relative XDG path is to be ignored, says the specification.
  const cache = env.XDG_CACHE_HOME && path.isAbsolute(env.XDG_CACHE_HOME) ? env.XDG_CACHE_HOME : undefined;
  return path.join(cache ?? path.join(home, '.cache'), 'kindling');
}
