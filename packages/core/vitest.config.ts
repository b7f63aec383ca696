import { defineConfig } from 'vitest/config';

/** Suites that hold on any device. */
const onAnyDevice = [
  'test/golden.test.ts',
  'test/gradcheck.test.ts',
  'test/autograd.test.ts',
  'test/nn/*.test.ts',
];

/** And what is told of TensorFlow.js alone. */
const onTensorflow = [...onAnyDevice, 'test/tfjs/*.test.ts'];

const conditions = ['@kindling/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'cpu', include: ['test/**/*.test.ts'], exclude: ['test/tfjs/*.test.ts'] },
      },
      {
        // The specification itself, where the native engine would answer for `cpu`.
        extends: true,
        test: {
          name: 'reference',
          include: onAnyDevice,
          env: { KINDLING_BACKEND: 'reference' },
        },
      },
      {
        extends: true,
        test: {
          name: 'tfjs (cpu)',
          include: onTensorflow,
          setupFiles: ['test/tfjs/cpu.ts', 'test/tfjs/default-device.ts'],
          env: { KINDLING_TEST_DEVICES: 'tfjs' },
        },
      },
      {
        extends: true,
        test: {
          name: 'tfjs (wasm)',
          include: onTensorflow,
          setupFiles: ['test/tfjs/wasm.ts', 'test/tfjs/default-device.ts'],
          env: { KINDLING_TEST_DEVICES: 'tfjs' },
        },
      },
    ],
  },
});
