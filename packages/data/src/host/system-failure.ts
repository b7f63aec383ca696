const TEXTS = {
  ENOENT: 'no such file or directory',
  EEXIST: 'file already exists',
  EISDIR: 'illegal operation on a directory',
  ENOTDIR: 'not a directory',
  ENOTEMPTY: 'directory not empty',
  EBADF: 'bad file descriptor',
  EIO: 'i/o error',
  ENOSPC: 'no space left on device',
} as const;

export type FailureCode = keyof typeof TEXTS;

/** An error of a file system as Node.js words it. */
export function systemFailure(
  code: FailureCode,
  syscall: string,
  path?: string,
  options?: ErrorOptions,
): Error {
  const place = path === undefined ? '' : ` '${path}'`;
  const error = new Error(`${code}: ${TEXTS[code]}, ${syscall}${place}`, options);
  return Object.assign(error, { code, syscall, ...(path === undefined ? {} : { path }) });
}
