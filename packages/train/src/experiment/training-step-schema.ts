import type { z } from 'zod';
import { trainingStepDescriptors } from '../training-steps/training-step-descriptors.ts';
import { taggedBy } from './tagged.ts';

/** How a step of training is taken. */
export const trainingStepSchema = taggedBy(trainingStepDescriptors);

export type TrainingStepSettings = z.output<typeof trainingStepSchema>;
export type AdversarialSettings = Extract<TrainingStepSettings, { type: 'adversarial' }>;
