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
    projects: [
      {
        extends: true,
        test: { name: 'cpu', include: ['test/**/*.test.ts'], exclude: ['test/tfjs/*.test.ts'] },
      },
      onTensorflow('cpu'),
      onTensorflow('wasm'),
    ],
  },
});
