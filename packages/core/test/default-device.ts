import { setDefaultDevice } from '@kindling/core';
import { devices } from './golden/call.ts';

/* Suites that name no device run on the first one that the golden cases run on. */
setDefaultDevice(devices[0]!);
