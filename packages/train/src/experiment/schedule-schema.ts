import type { z } from 'zod';
import { scheduleDescriptors } from '../schedules/schedule-descriptors.ts';
import { taggedBy } from './tagged.ts';

/** How the learning rate changes. */
export const scheduleSchema = taggedBy(scheduleDescriptors);

export type ScheduleSettings = z.output<typeof scheduleSchema>;
