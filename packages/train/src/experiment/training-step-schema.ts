import type { z } from 'zod';
import { lazily } from '../lazily.ts';
import { trainingStepDescriptors } from '../training-steps/training-step-descriptors.ts';
import { taggedBy } from './tagged.ts';

/** How a step of training is taken. */
export const trainingStepSchema = lazily(() => taggedBy(trainingStepDescriptors));

export type TrainingStepSettings = z.output<ReturnType<typeof trainingStepSchema>>;
export type AdversarialSettings = Extract<TrainingStepSettings, { type: 'adversarial' }>;
