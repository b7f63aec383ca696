import { formatShape } from '@kindling/core/internal/errors';
import * as z from 'zod';
import { byType, type OptionsOf } from '../descriptor.ts';
import { taggedBy } from '../experiment/tagged.ts';
import { lazily } from '../lazily.ts';
import type { LayerDescriptor, LayerProblem, Shape } from './layer-descriptor.ts';
import { problemPath, walkLayers } from './layer-walk.ts';
import { plainLayerDescriptors } from './plain-layer-descriptors.ts';

const plainLayerSchema = lazily(() => taggedBy(plainLayerDescriptors).meta({ id: 'plainLayer' }));

type PlainLayer = z.output<ReturnType<typeof plainLayerSchema>>;

const known = byType(plainLayerDescriptors);

const options = lazily(() => ({
  layers: z.array(plainLayerSchema()).min(1).describe('The layers of the block, in order.'),
  skip: z
    .array(plainLayerSchema())
    .default([])
    .describe('Layers of the path around the block, where its shape changes. Default: none.'),
}));

type Residual = OptionsOf<typeof options>;

const walk = (layers: readonly PlainLayer[], input: Shape) =>
  walkLayers(layers, input, ({ type }): LayerDescriptor => known[type]);

/** A block whose output is added to its input. */
export const residualDescriptor = {
  type: 'residual',
  description: 'layers(x) + skip(x): a block of layers and a path around it.',
  options,
  outputShape: ({ layers }: Residual, input: Shape) => walk(layers, input).shape,
  problem: ({ layers, skip }: Residual, input: Shape): LayerProblem | undefined => {
    const [block, around] = [walk(layers, input), walk(skip, input)];
    for (const [key, { problems }] of Object.entries({ layers: block, skip: around })) {
      const [first] = problems;
      if (first === undefined) continue;
      const { option: _, index, ...problem } = first;
      return { ...problem, at: [key, index, ...problemPath(first)] };
    }
    if (`${block.shape}` === `${around.shape}`) return undefined;
    const message = `expected ${formatShape(block.shape)} from the skip, the shape that the layers give, got ${formatShape(around.shape)}`;
    return { option: 'skip', message };
  },
  inner: ({ layers, skip }: Residual) => [...layers, ...skip],
} as const satisfies LayerDescriptor;
