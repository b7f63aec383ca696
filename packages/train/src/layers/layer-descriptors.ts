import { byType } from '../descriptor.ts';
import type { LayerDescriptor, Shape } from './layer-descriptor.ts';
import { plainLayerDescriptors } from './plain-layer-descriptors.ts';
import { residualDescriptor } from './residual-descriptor.ts';

/** Every layer that experiments can name. */
export const layerDescriptors = [
  ...plainLayerDescriptors,
  residualDescriptor,
] as const satisfies readonly LayerDescriptor[];

const known = byType(layerDescriptors);

export type LayerName = keyof typeof known;

type Named = { readonly type: LayerName };

/** The descriptor of a layer by its name. */
export const layerDescriptor = (type: LayerName): LayerDescriptor => known[type];

/** Shape of a layer's output. */
export const outputShapeOf = (layer: Named, input: Shape): Shape =>
  layerDescriptor(layer.type).outputShape?.(layer, input) ?? input;

/** Layers and those that they hold, each before what it holds. */
export const flatLayers = (layers: readonly Named[]): readonly Named[] =>
  layers.flatMap((layer) => [
    layer,
    ...((layerDescriptor(layer.type).inner?.(layer) ?? []) as readonly Named[]),
  ]);
