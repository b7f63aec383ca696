import {
  colorJitter,
  type ImageTransform,
  randomCrop,
  randomHorizontalFlip,
  randomRotation,
  randomVerticalFlip,
} from '@kindling/data';
import type { AugmentationSettings } from '../experiment/augmentation-schema.ts';
import type { AugmentationName } from './augmentation-descriptors.ts';

type SettingsOf<N extends AugmentationName> = Extract<AugmentationSettings, { type: N }>;

/** Height and width of the images. */
type Size = readonly [height: number, width: number];

const augmentations: {
  readonly [N in AugmentationName]: (settings: SettingsOf<N>, size: Size) => ImageTransform;
} = {
  randomCrop: ({ type: _, ...options }, size) => randomCrop(size, options),
  randomHorizontalFlip: ({ type: _, ...options }) => randomHorizontalFlip(options),
  randomVerticalFlip: ({ type: _, ...options }) => randomVerticalFlip(options),
  randomRotation: ({ type: _, degrees, ...options }) => randomRotation(degrees, options),
  colorJitter: ({ type: _, ...options }) => colorJitter(options),
};

/** The changes that an experiment names, one after the other. */
export function buildAugmentation(list: readonly AugmentationSettings[], size: Size): ImageTransform {
  const steps = list.map((settings) => {
    const build: (settings: never, size: Size) => ImageTransform = augmentations[settings.type];
    return build(settings as never, size);
  });
  return (image) => steps.reduce((changed, step) => step(changed), image);
}
