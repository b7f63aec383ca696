import { DataError } from '../data-error.ts';
import { dataMirror } from './data-mirror.ts';
import type { RemoteFile } from './remote-file.ts';

/** The addresses of a file in the order of trying. @throws DataError for a mirror that is no address. */
export function addressesOf({ path, urls }: RemoteFile, mirror = dataMirror()): readonly string[] {
  return mirror ? [new URL(path, baseOf(mirror)).href, ...urls] : urls;
}

/** The address of a mirror, with a slash behind it; in a page or worker it may be relative to that. */
function baseOf(mirror: string): string {
  const base = mirror.endsWith('/') ? mirror : `${mirror}/`;
  const here: string | undefined = Reflect.get(globalThis, 'location')?.href;
  const absolute = URL.canParse(base, here) ? new URL(base, here).href : '';
  if (/^https?:/.test(absolute)) return absolute;
  throw new DataError({
    place: 'KINDLING_MIRROR',
    expected: 'an http or https address',
    got: JSON.stringify(mirror),
  });
}
