import type { z } from 'zod';
import { lazily } from '../lazily.ts';
import { scheduleDescriptors } from '../schedules/schedule-descriptors.ts';
import { taggedBy } from './tagged.ts';

/** How the learning rate changes. */
export const scheduleSchema = lazily(() => taggedBy(scheduleDescriptors));

export type ScheduleSettings = z.output<ReturnType<typeof scheduleSchema>>;
