const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'none',
  EISDIR: 'a folder',
  ENOTDIR: 'a file where a folder should be',
  EACCES: 'no permission (EACCES)',
  EPERM: 'no permission (EPERM)',
  EIO: 'an input/output error (EIO)',
  ELOOP: 'a link to itself (ELOOP)',
};

/** What came in place of a file, in words, for an error of the operating system. */
export function describeSystemError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!('code' in error)) return error.message;
  const code = String(error.code);
  return reasons[code] ?? code;
}
