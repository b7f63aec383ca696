import { DataError } from '../data-error.ts';

/** The {@link DataError} for a folder that cannot be written; other errors as they are. */
export function asWriteError(cause: unknown, dir: string): unknown {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EEXIST', 'ENOENT'].includes(code))
    return cause;
  return new DataError(
    {
      place: dir,
      expected: 'a writable folder',
      got: `${code}`,
      hint: 'set KINDLING_DATA_DIR to another folder',
    },
    { cause },
  );
}

/** What to do about a file that no mirror gave. */
export const placingHint = (target: string): string =>
  `Put the file at ${target}, or set KINDLING_MIRROR to a mirror.`;
