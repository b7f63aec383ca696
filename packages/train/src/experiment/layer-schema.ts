import type { z } from 'zod';
import { type initSchema, layerDescriptors } from '../layers/layer-descriptors.ts';
import { taggedBy } from './tagged.ts';

/** A layer of the model. */
export const layerSchema = taggedBy(layerDescriptors);

export type Init = z.output<typeof initSchema>;
export type Layer = z.output<typeof layerSchema>;
