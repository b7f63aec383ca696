import { Generator } from './generator.ts';

/** The generator that everything draws from unless it is given another. It starts from the system's entropy. */
export const defaultGenerator = new Generator();
defaultGenerator.seed();

/** Starts {@link defaultGenerator} anew from `seed` and returns it, as `torch.manual_seed` does. */
export function manualSeed(seed: number | bigint): Generator {
  return defaultGenerator.manualSeed(seed);
}
