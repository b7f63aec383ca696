/** A training whose loss is no longer a number. */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError';
}
