import type { Override } from './overrides.ts';
import { didYouMean, ExperimentError } from './problem.ts';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The names of a document's variants, in its order. */
export function variantNames(document: unknown): string[] {
  return isObject(document) && isObject(document.variants) ? Object.keys(document.variants) : [];
}

/**
 * The changes that make one of a document's variants of it. The variant's name is added to the document's own: `mnist-single`
 * and `bce` give `mnist-single-bce`.
 *
 * @throws ExperimentError when the document has no such variant.
 */
export function variantChanges(document: unknown, variant: string, origin: string): Override[] {
  const variants = isObject(document) && isObject(document.variants) ? document.variants : {};
  const changes = Object.hasOwn(variants, variant) ? variants[variant] : undefined;
  if (!isObject(document) || !isObject(changes)) {
    const known = Object.keys(variants);
    const expected = known.length === 0 ? 'an experiment that has variants' : `one of ${known.join(', ')}`;
    const message = `expected ${expected}, got ${JSON.stringify(variant)}${didYouMean(variant, known)}`;
    throw new ExperimentError({ origin, path: ['variants'], message });
  }
  return [
    ...Object.entries(changes).map(([path, value]) => ({ path: path.split('.'), value })),
    { path: ['name'], value: `${document.name}-${variant}` },
  ];
}
