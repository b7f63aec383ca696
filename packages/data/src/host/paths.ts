/*
 * Paths of the file system of a browser, as node:path has them for POSIX: absolute ones, since there is no current folder.
 */

/** The names of a path from the top, without `.` and `..`. */
export function segmentsOf(path: string): readonly string[] {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names;
}

/** The last path that is absolute, with those behind it. */
export const resolve = (...paths: readonly string[]): string => {
  const from = paths.findLastIndex((path) => path.startsWith('/'));
  return `/${segmentsOf(paths.slice(Math.max(from, 0)).join('/')).join('/')}`;
};

export const join = (...paths: readonly string[]): string => {
  const joined = paths.filter((path) => path !== '').join('/');
  const names = segmentsOf(joined).join('/');
  const start = joined.startsWith('/') ? '/' : '';
  const end = joined.endsWith('/') && names !== '' ? '/' : '';
  return `${start}${names}${end}` || '.';
};

export const basename = (path: string): string => segmentsOf(path).at(-1) ?? '';

export const dirname = (path: string): string => {
  const above = segmentsOf(path).slice(0, -1).join('/');
  return path.startsWith('/') ? `/${above}` : above || '.';
};
