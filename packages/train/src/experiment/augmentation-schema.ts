import * as z from 'zod';
import { augmentationDescriptors } from '../augmentation/augmentation-descriptors.ts';
import { lazily } from '../lazily.ts';
import { taggedBy } from './tagged.ts';

const augmentationSchema = lazily(() =>
  taggedBy(augmentationDescriptors).meta({
    id: 'augmentation',
    description: 'A random change of a training image.',
  }),
);

export type AugmentationSettings = z.output<ReturnType<typeof augmentationSchema>>;

/** Keys of sources of images. */
export const imageKeys = lazily(() => ({
  augmentation: z
    .array(augmentationSchema())
    .min(1)
    .optional()
    .describe(
      'Random changes of each training image, one after the other, drawn anew each time. Evaluations see images as they are. Default: none.',
    ),
}));
