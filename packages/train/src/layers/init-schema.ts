import { taggedBy } from '../experiment/tagged.ts';
import { initDescriptors } from './init-descriptors.ts';

/** How a parameter gets its first values. */
export const initSchema = taggedBy(initDescriptors).meta({ id: 'init' });
