import { DeviceError, setDefaultDevice } from '@kindling/core';
import { beforeEach } from 'vitest';

// On the installed binding to libtensorflow, where it loads; else everything is skipped, with the reason.
try {
  setDefaultDevice('tfjs');
} catch (error) {
  if (!(error instanceof DeviceError)) throw error;
  const reason = `skipped: ${error.message}`;
  console.warn(reason);
  process.env.KINDLING_TEST_DEVICES = 'cpu';
  beforeEach(({ skip }) => skip(reason));
}
