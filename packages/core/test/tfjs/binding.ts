import { setDefaultDevice } from '@kindling/core';

// On the binding to libtensorflow in the folder that KINDLING_TEST_TFJS names, which is found as a program there would find it.
const before = process.cwd();
process.chdir(process.env.KINDLING_TEST_TFJS!);
setDefaultDevice('tfjs');
process.chdir(before);
