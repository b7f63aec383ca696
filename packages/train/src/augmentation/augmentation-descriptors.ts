import * as z from 'zod';
import { byType, type Descriptor } from '../descriptor.ts';
import { lazily } from '../lazily.ts';

const fill = lazily(() => z.number().default(0).describe('Values of what was outside of an image.'));
const side = lazily(() => z.int().min(0));

/** A range of factors: around 1 by a number, or from a least to a greatest. */
const factors = (name: string) =>
  z
    .union([z.number().min(0), z.tuple([z.number().min(0), z.number().min(0)])])
    .optional()
    .describe(`Factors of the ${name}: from [max(0, 1 - x), 1 + x], or from [min, max]. Default: none.`);

/**
 * Every change of training images that experiments can name: those transforms of `@kindling/data` that are random and keep an image's size.
 * The options are those of `torchvision.transforms`.
 */
export const augmentationDescriptors = [
  {
    type: 'randomCrop',
    description: 'A part of the size of the image, at a random place of the image with a border.',
    options: () => ({
      padding: z
        .union([side(), z.tuple([side(), side()]), z.tuple([side(), side(), side(), side()])])
        .default(4)
        .describe(
          'Width of the border: of all sides, of [left and right, top and bottom], or of [left, top, right, bottom].',
        ),
      fill: fill(),
      paddingMode: z
        .enum(['constant', 'edge', 'reflect'])
        .default('constant')
        .describe('The border: fill, the outermost pixels, or the image mirrored at these.'),
    }),
  },
  {
    type: 'randomHorizontalFlip',
    description: 'Left and right changed over.',
    options: () => ({ p: z.number().min(0).max(1).default(0.5).describe('Probability.') }),
  },
  {
    type: 'randomVerticalFlip',
    description: 'Top and bottom changed over.',
    options: () => ({ p: z.number().min(0).max(1).default(0.5).describe('Probability.') }),
  },
  {
    type: 'randomRotation',
    description: 'A turn about the middle.',
    options: () => ({
      degrees: z
        .union([z.number().min(0), z.tuple([z.number(), z.number()])])
        .describe('Angles: from [-x, x], or from [min, max].'),
      interpolation: z.enum(['nearest', 'bilinear']).default('nearest').describe('Values between pixels.'),
      fill: fill(),
    }),
  },
  {
    type: 'colorJitter',
    description: 'Brightness, contrast, saturation and hue changed, in a random order.',
    options: () => ({
      brightness: factors('brightness'),
      contrast: factors('contrast'),
      saturation: factors('saturation'),
      hue: z
        .union([
          z.number().min(0).max(0.5),
          z.tuple([z.number().min(-0.5).max(0.5), z.number().min(-0.5).max(0.5)]),
        ])
        .optional()
        .describe('Shifts of the hue: from [-x, x], or from [min, max]. Default: none.'),
    }),
  },
] as const satisfies readonly Descriptor[];

const known = byType(augmentationDescriptors);

export type AugmentationName = keyof typeof known;
