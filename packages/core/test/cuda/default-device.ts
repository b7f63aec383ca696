import { beforeEach } from 'vitest';
import { setDefaultDevice } from '../../src/index.ts';
import { noEmulator } from './emulator.ts';

// What tests make stands on the emulated GPU unless they say otherwise.
if (noEmulator === undefined) setDefaultDevice('cuda');
else {
  console.warn(`cuda (emulated): skipped: ${noEmulator}`);
  beforeEach(({ skip }) => skip(noEmulator));
}
