import { byType } from '../descriptor.ts';
import { bceDescriptor } from './bce.ts';
import { bceWithLogitsDescriptor } from './bce-with-logits.ts';
import { crossEntropyDescriptor } from './cross-entropy.ts';
import { huberDescriptor } from './huber.ts';
import { klDivDescriptor } from './kl-div.ts';
import { l1Descriptor } from './l1.ts';
import type { LossDescriptor } from './loss-descriptor.ts';
import { mseDescriptor } from './mse.ts';
import { nllDescriptor } from './nll.ts';

/** Every loss that an experiment can name. */
export const lossDescriptors = [
  mseDescriptor,
  l1Descriptor,
  huberDescriptor,
  bceDescriptor,
  bceWithLogitsDescriptor,
  crossEntropyDescriptor,
  nllDescriptor,
  klDivDescriptor,
] as const;

const known = byType(lossDescriptors);

export type LossName = keyof typeof known;

/** Every loss by the name that experiment files use. */
export const losses = Object.fromEntries(lossDescriptors.map(({ type, loss }) => [type, loss])) as {
  readonly [N in LossName]: (typeof known)[N]['loss'];
};

/** The descriptor of a loss by its name. */
export const lossDescriptor = (type: LossName): LossDescriptor => known[type];
