import { type NativeBackend, openNative } from '../../src/backend/native/native.ts';
import { KindlingError } from '../../src/errors.ts';

function open(): NativeBackend | undefined {
  try {
    return openNative();
  } catch (error) {
    if (!(error instanceof KindlingError)) throw error;
    console.warn(`tests of the native engine skipped: ${error.message}`);
    return undefined;
  }
}

/** The native engine, or undefined (with the reason printed) where it does not open. */
export const native: NativeBackend | undefined = open();

/** Cases per property: 10,000 in the heavy run (KINDLING_TEST_CASES=10000), else the given number. */
export const cases = (quick: number): number => Number(process.env.KINDLING_TEST_CASES ?? quick);
