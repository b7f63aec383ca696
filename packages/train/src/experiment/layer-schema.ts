import type { z } from 'zod';
import type { initSchema } from '../layers/init-schema.ts';
import { layerDescriptors } from '../layers/layer-descriptors.ts';
import { lazily } from '../lazily.ts';
import { taggedBy } from './tagged.ts';

/** A layer of the model. */
export const layerSchema = lazily(() => taggedBy(layerDescriptors).meta({ id: 'layer' }));

export type Init = z.output<ReturnType<typeof initSchema>>;
export type Layer = z.output<ReturnType<typeof layerSchema>>;
