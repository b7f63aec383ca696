import type { z } from 'zod';
import type { initSchema } from '../layers/init-schema.ts';
import { layerDescriptors } from '../layers/layer-descriptors.ts';
import { taggedBy } from './tagged.ts';

/** A layer of the model. */
export const layerSchema = taggedBy(layerDescriptors).meta({ id: 'layer' });

export type Init = z.output<typeof initSchema>;
export type Layer = z.output<typeof layerSchema>;
