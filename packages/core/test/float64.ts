import { getDefaultDevice, tensor } from '@kindling/core';
import { test } from 'vitest';

/** Whether the device that the suite runs on has float64. */
export const hasFloat64 = !tensor(0).storage.backend.unsupportedDTypes?.includes('float64');

if (!hasFloat64) console.warn(`tests that need float64 skipped: ${getDefaultDevice()} has none`);

/** A test that needs float64. */
export const testFloat64 = test.skipIf(!hasFloat64);
