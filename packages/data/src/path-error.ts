/**
 * Runs `work`, and sees to it that an error of the file system names the file: those of calls with an open file, such as `write`
 * and `fsync`, name none, and those with a temporary file name one that is gone.
 */
export function withPath<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && 'syscall' in error && Reflect.get(error, 'path') !== path) {
      error.message = `${error.message.replace(/ '.*$/, '')} '${path}'`;
      Object.assign(error, { path, dest: undefined });
    }
    throw error;
  }
}
