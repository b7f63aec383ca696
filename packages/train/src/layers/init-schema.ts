import { taggedBy } from '../experiment/tagged.ts';
import { lazily } from '../lazily.ts';
import { initDescriptors } from './init-descriptors.ts';

/** How a parameter gets its first values. */
export const initSchema = lazily(() => taggedBy(initDescriptors).meta({ id: 'init' }));
