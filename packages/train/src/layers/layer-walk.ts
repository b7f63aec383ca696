import type { JsonPath } from '../experiment/json-document.ts';
import type { LayerDescriptor, LayerProblem, Shape } from './layer-descriptor.ts';

/** What is wrong with one of several layers. */
export interface WalkProblem extends LayerProblem {
  /** Which of them. */
  readonly index: number;
}

/** Where a problem is, from where its layer is. */
export const problemPath = ({ at = [], option }: Pick<LayerProblem, 'at' | 'option'>): JsonPath => [
  ...at,
  ...(option === undefined ? [] : [option]),
];

/** The shape that comes out of layers one after the other, and what keeps them from taking what comes from those before. */
export function walkLayers<L extends { readonly type: string }>(
  layers: readonly L[],
  input: Shape,
  descriptorOf: (layer: L) => LayerDescriptor,
): { readonly shape: Shape; readonly problems: readonly WalkProblem[] } {
  const problems: WalkProblem[] = [];
  let shape = input;
  for (const [index, layer] of layers.entries()) {
    const descriptor = descriptorOf(layer);
    const problem = descriptor.problem?.(layer, shape);
    if (problem !== undefined) problems.push({ ...problem, index });
    shape = descriptor.outputShape?.(layer, shape) ?? shape;
  }
  return { shape, problems };
}
