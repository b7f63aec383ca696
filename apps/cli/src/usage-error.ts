/** A command line that asks for something that does not exist or does not fit together. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
