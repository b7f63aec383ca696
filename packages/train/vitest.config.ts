import { defineConfig } from 'vitest/config';

const conditions = ['@kindling/source'];

/** The tutorial programs on an engine of TensorFlow.js, which core's suites run on too. */
const onTensorflow = (engine: string) => ({
  extends: true as const,
  test: {
    name: `tfjs (${engine})`,
    include: ['test/tfjs/*.test.ts'],
    setupFiles: [`../core/test/tfjs/${engine}.ts`],
  },
});

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // A busy machine is slow.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    projects: [
      {
        extends: true,
        test: { name: 'cpu', include: ['test/**/*.test.ts'], exclude: ['test/tfjs/*.test.ts'] },
      },
      {
        // The compositions, where the native engine's kernels would answer for `cpu`.
        extends: true,
        test: {
          name: 'reference',
          include: ['test/*optimizers.test.ts', 'test/optimizers/*.test.ts'],
          env: { KINDLING_BACKEND: 'reference' },
        },
      },
      onTensorflow('cpu'),
      onTensorflow('wasm'),
    ],
  },
});
